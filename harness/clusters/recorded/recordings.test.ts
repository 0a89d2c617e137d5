import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { orThrow } from '../../../src/kernel/result.ts';
import type { ClusterSpec, RunningCluster } from '../contract.ts';
import { recorded, recordingsFolder } from './kind.ts';
import { scriptSchema } from './recording-form.ts';

const names = readdirSync(recordingsFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
const scenariosFolder = join(recordingsFolder, '../scenarios/recorded');

const spec = (recording: string): ClusterSpec => ({
  kind: 'recorded', subject: 'tikv', roles: {}, regions: 0, load: { shape: 'mixed', ratePerSecond: 0, reads: 0, keys: 'uniform', valueBytes: 0 }, recording,
});
const open = async (name: string): Promise<RunningCluster> => orThrow(await recorded.start(spec(name), 1));

function filesOf(name: string): { readonly path: string; readonly bytes: number }[] {
  const root = join(recordingsFolder, name);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).map((path) => ({ path: path.slice(root.length + 1), bytes: statSync(path).size }));
}
const bytesOf = (name: string): number => filesOf(name).reduce((sum, { bytes }) => sum + bytes, 0);

describe('the committed recordings', () => {
  test('stay light: at most 1 MB each, 14 MB in all', () => {
    expect(names.filter((name) => bytesOf(name) > 1_000_000)).toEqual([]);
    expect(names.reduce((sum, name) => sum + bytesOf(name), 0)).toBeLessThanOrEqual(14_000_000);
  });

  test('each has a scenario that names it, and each recorded scenario a recording', () => {
    const scenarios = readdirSync(scenariosFolder).filter((file) => file.endsWith('.yaml'));
    const named = scenarios.map((file) => /recording: ([\w-]+)/.exec(readFileSync(join(scenariosFolder, file), 'utf8'))?.[1]);
    expect(named.sort()).toEqual(names);
  });

  test.each(names)('%s holds no more than its incident and its acts, and opens', async (name) => {
    const allowed = /^(script\.json|incident\/(metrics\.jsonl|metadata\.json|control\.jsonl|logs\/(pd|tikv|etcd)-\d\.log)\.br|incident\/inventory\.json)$/;
    expect(filesOf(name).map(({ path }) => path).filter((path) => !allowed.test(path))).toEqual([]);
    const script = scriptSchema.parse(JSON.parse(readFileSync(join(recordingsFolder, name, 'script.json'), 'utf8')));
    expect([script.startMs, script.injectMs ?? script.startMs, script.revertMs ?? script.endMs, script.endMs]).toEqual([script.startMs, script.injectMs ?? script.startMs, script.revertMs ?? script.endMs, script.endMs].sort((a, b) => a - b));

    await using cluster = await open(name);
    await cluster.pass(20_000);
    const [node] = cluster.nodes();
    const asked = node?.role === 'member' ? { method: 'POST', path: '/v3/cluster/member/list', body: '{}' } as const : { method: 'GET', path: '/pd/api/v1/stores' } as const;
    expect(orThrow(await cluster.ports.controlPlane.request(asked))).toMatchObject({ status: 200 });
    expect(orThrow(await cluster.ports.logs.search({})).lines.every(({ atMs }) => atMs <= cluster.clock.now())).toBe(true);
    for (const node of cluster.nodes()) expect(node.aliases.length, node.id).toBeGreaterThan(1);
  });
});

describe('the killed store', () => {
  const stateOf = async ({ ports }: RunningCluster): Promise<unknown> => {
    const body = orThrow(await ports.controlPlane.request({ method: 'GET', path: '/pd/api/v1/store/1' })).body;
    return (JSON.parse(body) as { store: { state_name: string } }).store.state_name;
  };
  const upOf = async ({ ports }: RunningCluster): Promise<unknown> => orThrow(await ports.metrics.query('up{job="tikv",instance="10.77.0.22:20180"}'))[0]?.value;

  test('is Up and scraped until it dies, is not scraped two seconds later, and Disconnected eleven seconds later', async () => {
    await using cluster = await open('store-kill');
    await cluster.pass(34_000);
    expect([await upOf(cluster), await stateOf(cluster)]).toEqual([1, 'Up']);
    await cluster.pass(3_500);
    expect([await upOf(cluster), await stateOf(cluster)]).toEqual([0, 'Up']);
    await cluster.pass(10_000);
    expect([await upOf(cluster), await stateOf(cluster)]).toEqual([0, 'Disconnected']);
    expect(orThrow(await cluster.ports.logs.search({ node: 'tikv-1', contains: 'broadcasting unreachable' })).matched).toBe(1);
  });
});
