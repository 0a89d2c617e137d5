import { expect, test } from 'vitest';
import { MetricStore } from '../telemetry/store.ts';
import { alertsSince, messagesOf } from './happenings.ts';
import type { Lived } from './lived.ts';

const lived = (...said: readonly (readonly [atMs: number, node: string, message: string])[]): Lived => ({
  startMs: 0, injectMs: 100, revertMs: 200, endMs: 300, metrics: new MetricStore(), states: [], struck: ['pd-1'], nodeOf: (address) => address,
  logs: said.map(([atMs, node, message]) => ({ atMs, node, level: 'INFO', message, raw: message })),
});
const spoken: readonly (readonly [number, string, string])[] = [[50, 'pd-2', 'audit log'], [110, 'pd-1', 'elected leader 7'], [120, 'pd-2', 'audit log'], [130, 'tikv-1', 'connection aborted']];

test('what was new after the injection is compared, by role and by whether it was struck', () => {
  expect([...messagesOf(lived(...spoken), lived([150, 'pd-2', 'a'], [150, 'tikv-2', 'b']))]).toEqual([['pd, struck: elected leader N', 10], ['tikv: connection aborted', 30]]);
});

test('what the other had said before its injection is not compared', () => {
  expect([...messagesOf(lived(...spoken), lived([10, 'pd-3', 'elected leader 9'], [10, 'tikv-2', 'b'])).keys()]).toEqual(['tikv: connection aborted']);
});

test('roles that the other cluster had nobody for are not compared', () => {
  expect([...messagesOf(lived(...spoken), lived([150, 'pd-2', 'a'])).keys()]).toEqual(['pd, struck: elected leader N']);
});

test('an alert that one of the two had before the injection is not compared', () => {
  const own = new Map([['PD_leader_change firing', 20_000], ['TiKV_server_is_down pending', 5_000], ['PD_node_restart firing', -10_000], ['PD_node_restart pending', 3_000]]);
  expect([...alertsSince(own, new Map([['PD_leader_change pending', -5_000]])).keys()]).toEqual(['TiKV_server_is_down pending']);
});
