import { beforeAll, describe, expect, test } from 'vitest';
import { orThrow } from '../../../../../src/kernel/result.ts';
import { TestCluster } from '../../cluster.fixture.ts';

const ask = (cluster: TestCluster, path: string, node: string) => cluster.cluster.ports.controlPlane.request({ method: 'GET', path, node });

describe("a store's status port", () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });

  test('tells the settings that the store runs with, by the name of its node or by its status address', async () => {
    for (const node of ['tikv-2', 'tikv-2:20180']) {
      const { status, body } = orThrow(await ask(cluster, '/config', node));
      expect(status).toBe(200);
      const config = JSON.parse(body);
      expect(config.server['advertise-addr']).toBe('tikv-2:20160');
      expect(config.storage['block-cache'].capacity).toBe('256MiB');
      expect(config.raftstore['pd-store-heartbeat-tick-interval']).toBe('10s');
      expect(config.pd.endpoints).toEqual(['pd-1:2379', 'pd-2:2379', 'pd-3:2379']);
    }
    expect(orThrow(await ask(cluster, '/config', 'tikv-2')).body).toContain('"retry-max-count":9223372036854775807');
  });

  test('says that it lives with an empty body, and 404 to what it does not know', async () => {
    expect(orThrow(await ask(cluster, '/status', 'tikv-1'))).toEqual({ status: 200, body: '' });
    expect(orThrow(await ask(cluster, '/pd/api/v1/stores', 'tikv-1')).status).toBe(404);
  });

  test('shows the page that Prometheus reads, and so does PD', async () => {
    const page = orThrow(await ask(cluster, '/metrics', 'tikv-1'));
    expect(page.contentType).toContain('text/plain; version=0.0.4');
    expect(page.body).toContain('# TYPE tikv_raftstore_region_count gauge');
    expect(page.body).not.toContain('instance=');
    expect(orThrow(await ask(cluster, '/metrics', 'pd-1')).body).toContain('# TYPE etcd_server_has_leader gauge');
  });

  test('refuses while the process is gone, hangs while it is paused, and a stranger is no member', async () => {
    await cluster.controls.process.kill('tikv-1');
    await cluster.controls.process.pause('tikv-3');
    expect(await ask(cluster, '/status', 'tikv-1')).toMatchObject({ ok: false, failure: { code: 'LAB_CONNECTION_REFUSED' } });
    expect(await ask(cluster, '/status', 'tikv-3')).toMatchObject({ ok: false, failure: { code: 'LAB_TIMEOUT' } });
    expect(await ask(cluster, '/status', 'tikv-9')).toMatchObject({ ok: false, failure: { code: 'LAB_NO_MEMBER' } });
  });
});
