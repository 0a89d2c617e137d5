import { expect, test } from 'vitest';
import { failed } from '../../src/kernel/result.ts';
import { type Capability, capabilities, type ClusterKind, type ClusterKindName, type Survey } from '../clusters/contract.ts';
import { loadScenarioText } from '../scenario/loader.ts';
import type { Scenario } from '../scenario/schema.ts';
import { defined } from '../../src/kernel/assert.ts';
import { chooseCluster, inVirtualTime, onCluster } from './choose-cluster.ts';

const text = (cluster: string): string => `scenario: small
title: Small
story: A member dies.
subject: etcd
cluster: ${cluster}
timeline:
  - steady: 1m
  - inject: { fault: process-kill, into: { role: member }, as: victim }
  - hold: 1m
  - revert: victim
  - recover: 1m
truth: { verdict: fault, causes: [{ component: victim, kind: process-crash }] }
`;
const three = '[{ kind: process, nodes: { member: 3 } }, { kind: compose, nodes: { member: 3 } }, { kind: recorded, recording: etcd-x, struck: { victim: etcd-2 } }]';
const scenarioOn = (cluster: string): Scenario => defined(loadScenarioText(text(cluster), { file: 'small.yaml' }).scenario, 'a right scenario');

const able: Survey = { lacks: new Map() };
const lacking = (capability: Capability, because: string): Survey => ({ lacks: new Map([[capability, because]]) });
const absent = (because: string): Survey => ({ lacks: new Map(), unavailable: { code: 'LAB_NO_PROGRAM', because } });
const machine = (surveys: Partial<Record<ClusterKindName, Survey>>) => async (name: ClusterKindName): Promise<ClusterKind> => ({
  name,
  survey: async () => surveys[name] ?? { lacks: new Map(capabilities.map((each) => [each, 'not here'])) },
  start: async () => failed('LAB_TEST', 'nothing is started in this test'),
});

test('the first kind that this machine can give is taken', async () => {
  const { scenario, passedOver } = await chooseCluster(scenarioOn(three), machine({ process: able, compose: able }));
  expect([scenario.cluster.kind, passedOver]).toEqual(['process', []]);
});

test('a kind whose programs are missing, or that cannot do the fault, is passed over with the reason', async () => {
  const { scenario, passedOver } = await chooseCluster(scenarioOn(three), machine({ process: absent('etcd is not installed'), compose: lacking('process', 'its engine is remote') }));
  expect(scenario.cluster).toMatchObject({ kind: 'recorded', recording: 'etcd-x' });
  expect(passedOver).toEqual([
    'process: etcd is not installed',
    'compose: NOT_SUPPORTED: process-kill needs process control, which a compose cluster does not have here: its engine is remote',
  ]);
});

test('where nothing can be given, the best kind is tried, so that its own failure is told', async () => {
  const { scenario, passedOver } = await chooseCluster(scenarioOn('[{ kind: process, nodes: { member: 3 } }, { kind: compose, nodes: { member: 3 } }]'), machine({ process: absent('no etcd'), compose: absent('no engine') }));
  expect([scenario.cluster.kind, passedOver.length]).toEqual(['process', 2]);
});

test('a scenario goes onto the kind that a person asks for, and onto one without wall time for a suite', () => {
  const scenario = scenarioOn(three);
  expect(onCluster(scenario, 'compose')?.cluster.kind).toBe('compose');
  expect(onCluster(scenario, 'twin')).toBeUndefined();
  expect(inVirtualTime(scenario)?.cluster.kind).toBe('recorded');
  expect(inVirtualTime(scenarioOn('{ kind: process, nodes: { member: 3 } }'))).toBeUndefined();
});
