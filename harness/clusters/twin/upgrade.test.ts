import { expect, test } from 'vitest';
import { TestCluster } from './cluster.fixture.ts';

interface Versions {
  readonly stores: readonly { readonly store: { readonly address: string; readonly version: string } }[];
}

const versions = async (lab: TestCluster) => Object.fromEntries((await lab.pd<Versions>('/stores')).body.stores.map(({ store }) => [store.address.replace(/:.*/, ''), store.version]));

async function upgraded(lab: TestCluster, node: string): Promise<void> {
  await lab.controls.release.install(node, '8.5.9');
  await lab.controls.process.terminate(node);
  // A graceful stop takes 20 s at most, and the next one needs the leaders back.
  await lab.pass(25);
  await lab.controls.process.start(node);
  await lab.pass(60);
}

test('stores that are upgraded one by one run side by side with the others, and the last one raises the version of the cluster', async () => {
  const lab = await TestCluster.start();
  await upgraded(lab, 'tikv-2');
  expect(await versions(lab)).toEqual({ 'tikv-1': '8.5.8', 'tikv-2': '8.5.9', 'tikv-3': '8.5.8' });
  expect(Object.keys(await lab.query('tikv_server_info{version="v8.5.9"}'))).toEqual(['tikv-2']);
  expect(await lab.log({ contains: 'Release Version:   8.5.9', node: 'tikv-2' })).toHaveLength(1);
  expect((await lab.pd('/config/cluster-version')).body).toBe('8.5.8');
  for (const node of ['tikv-1', 'tikv-3']) await upgraded(lab, node);
  expect(new Set(Object.values(await versions(lab)))).toEqual(new Set(['8.5.9']));
  const [line, ...more] = await lab.log({ contains: 'cluster version changed' });
  expect(more).toEqual([]);
  expect(line?.raw).toContain('[old-cluster-version=8.5.8] [new-cluster-version=8.5.9]');
  expect((await lab.pd('/config/cluster-version')).body).toBe('8.5.9');
});

test('what is installed runs from the next start on, and no sooner', async () => {
  const lab = await TestCluster.start();
  await lab.controls.release.install('tikv-2', '8.5.9');
  await lab.pass(20);
  expect((await versions(lab))['tikv-2']).toBe('8.5.8');
});
