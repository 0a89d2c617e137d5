import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { formatProblems } from './format-problems.ts';
import type { Knowledge } from './knowledge.ts';
import { loadScenarioText } from './loader.ts';

const none = z.strictObject({});
const slow = z.strictObject({ latency: z.string().regex(/^\d+ms$/, 'a span such as 80ms').default('80ms'), writesPerSecond: z.number().int().positive().optional() });

const knowledge: Knowledge = {
  faults: [
    { kind: 'process-kill', params: none, needs: ['process'] },
    { kind: 'disk-slow', params: slow, needs: ['disk'] },
    { kind: 'scheduler-removed', params: z.strictObject({ scheduler: z.enum(['balance-leader-scheduler', 'balance-region-scheduler']) }), needs: ['config'] },
  ],
  subjects: [
    {
      name: 'tikv',
      invariants: [{ name: 'store-down' }, { name: 'high-latency' }],
      actions: ['restart-store', 'wait-and-watch', 'delete-store', 'restart-cluster', 'unsafe-recover'].map((name) => ({ name })),
    },
  ],
  twinSettings: { names: ['storage.flow-control.enable', 'rocksdb.rate-bytes-per-sec'], refusal: (name, value) => (name === 'storage.flow-control.enable' && typeof value === 'boolean' ? undefined : `takes true or false, not ${String(value)}`) },
  recordings: new Map([['store-kill', [{ id: 'pd-1', role: 'pd' }, { id: 'tikv-1', role: 'tikv' }, { id: 'tikv-9', role: 'tikv' }]]]),
};

const storeDown = `# a scenario that is right
scenario: store-down
title: A store dies without a word
story: One of three stores is killed under load.
subject: tikv
source: TiKV alert handbook
tags: [availability]
difficulty: easy

cluster: { kind: twin, pd: 3, tikv: 3, regions: 120 }
load: { shape: mixed, rate: 2000/s, reads: 0.7, keys: zipfian }

timeline:
  - steady: 3m
  - inject: { fault: process-kill, into: { role: tikv }, as: victim }
  - hold: 3m
  - revert: victim
  - recover: 2m

truth:
  verdict: fault
  causes: [{ component: victim, kind: process-crash }]
  impact: [{ component: clients, effect: errors until new leaders are elected }]
  lookalikes:
    - { component: victim, kind: process-hang, ruledOutBy: its ports refuse }
    - { component: victim, kind: planned-stop, ruledOutBy: its log ends without a signal }
  actions:
    recommended: [restart-store]
    acceptable: [wait-and-watch]
    harmful: [delete-store, restart-cluster]
detect: { invariant: store-down, component: victim, within: 45s }
`;

function changed(...changes: readonly (readonly [string | RegExp, string])[]): string {
  let text = storeDown;
  for (const [from, to] of changes) {
    const next = text.replace(from, to);
    expect(next, `nothing to replace for ${String(from)}`).not.toBe(text);
    text = next;
  }
  return text;
}

const problemsOf = (text: string): string[] =>
  loadScenarioText(text, { file: 'store-down.yaml', knowledge }).problems.map(({ severity, line, message, suggestion }) => `${line} ${severity} ${message}${suggestion === undefined ? '' : ` -> ${suggestion}`}`);

const recorded = `scenario: store-down
title: Recorded
story: It happened.
subject: tikv
cluster: { kind: recorded, recording: store-kill }
truth:
  verdict: fault
  causes: [{ component: tikv-9, kind: process-crash }]
  lookalikes: [{ component: tikv-9, kind: process-hang, ruledOutBy: it refuses }]
  actions: { recommended: [restart-store] }
`;

const listed = (second: string): string => storeDown.replace('cluster: { kind: twin, pd: 3, tikv: 3, regions: 120 }', `cluster: [{ kind: twin }, ${second}]`);

describe('of a list of clusters, an author is told', () => {
  test.each([
    ['nothing when it is right', '{ kind: recorded, recording: store-kill, struck: { victim: tikv-9 } }', []],
    ['that a recording does not say whom the truth means', '{ kind: recorded, recording: store-kill }', ['10 error the truth names "victim", and the recording does not say which node that is -> add "struck: { victim: NODE }"']],
    ['that an alias is nobody\'s', '{ kind: recorded, recording: store-kill, struck: { victim: tikv-9, vctim: tikv-9 } }', ['10 error nothing is injected as "vctim" -> did you mean "victim"?']],
    ['that a recording is not there', '{ kind: recorded, recording: store-kil, struck: { victim: tikv-9 } }', ['10 error there is no recording "store-kil" -> did you mean "store-kill"?']],
    ['that a kind is listed twice', '{ kind: twin }', ['10 error twin is listed twice -> list each kind once, best first']],
    ['which key it does not know', '{ kind: process, nods: { tikv: 3 } }', ['10 error unknown key "nods" -> did you mean "nodes"?']],
    ['that a kind needs its nodes', '{ kind: process }', ['10 error cluster[1].nodes is missing']],
  ])('%s', (_what, second, problems) => {
    expect(problemsOf(listed(second))).toEqual(problems);
  });
});

describe("of a twin's settings, an author is told", () => {
  test.each([
    ['nothing when they are right', 'storage.flow-control.enable: false', []],
    ['which it does not know', 'storage.flow-control.enabel: false', ['10 error the twin\'s stores have no setting "storage.flow-control.enabel" -> did you mean "storage.flow-control.enable"?']],
    ['which values are refused', 'storage.flow-control.enable: maybe', ['10 error "storage.flow-control.enable" takes true or false, not maybe']],
  ])('%s', (_what, settings, problems) => {
    expect(problemsOf(storeDown.replace('regions: 120 }', `regions: 120, settings: { ${settings} } }`))).toEqual(problems);
  });
});

describe('of transactions beside the load, an author is told', () => {
  const loaded = (load: string) => storeDown.replace('zipfian }', `zipfian, ${load} }`);
  test.each([
    ['nothing when they are right', loaded('transactions: 5/s'), []],
    ['that a rate has a unit', loaded('transactions: 5'), [expect.stringMatching(/^11 error load\.transactions/)]],
    ['which word he may have meant', loaded('transaction: 5/s'), ['11 error unknown key "transaction" -> did you mean "transactions"?']],
    ['that all are transactions already', loaded('api: txn, transactions: 5/s'), ['11 error with "api: txn" all requests are transactions -> remove one of the two']],
    ['that real clusters have no clients for them', loaded('transactions: 5/s').replace(/cluster: .*/, 'cluster: { kind: process, nodes: { pd: 3, tikv: 3 } }'), ['11 error the lab\'s clients of a process cluster send raw commands only -> remove it, or run it on the twin']],
  ])('%s', (_what, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});

describe('beyond the schema, an author is told', () => {
  test('nothing about a scenario that is right', () => {
    expect(problemsOf(storeDown)).toEqual([]);
    expect(problemsOf(recorded)).toEqual([]);
  });

  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['which fault he may have meant', changed([/process-kill,/, 'proces-kill,']), ['15 error unknown fault "proces-kill" -> did you mean "process-kill"?']],
    ['which parameters a fault does not take', changed(['process-kill,', 'disk-slow, with: { latncy: 1ms, writesPerSecond: 0 },']), ['15 error unknown key "latncy" -> did you mean "latency"?', '15 error timeline[1].inject.with.writesPerSecond must be more than 0, not 0']],
    ['which parameter a fault cannot do without', changed(['process-kill, into: { role: tikv }', 'scheduler-removed, into: pd']), ['15 error timeline[1].inject.with.scheduler is missing']],
    ['that a node is not there', changed(['into: { role: tikv }', 'into: tikv-4']), ['15 error nothing is called "tikv-4" here; this topology has pd-1..3, tikv-1..3 -> did you mean "tikv-1"?']],
    ['that a role is not there', changed(['{ role: tikv }', '{ role: tidb }']), ['15 error no node has the role "tidb" -> did you mean "tikv"?']],
    ['that a process fault cannot strike a group', changed(['into: { role: tikv }', 'into: tikv']), ['15 error process-kill strikes one node, and "tikv" is a group -> write { role: tikv } to let the seed draw one']],
    ['that an alias would hide a node', changed(['as: victim', 'as: tikv-1'], ['revert: victim', 'revert: tikv-1']), expect.arrayContaining(['15 error "tikv-1" already names a part of the cluster -> choose another word, such as victim'])],
    ['that an exclusion names nothing yet', changed(['{ role: tikv }', '{ role: tikv, not: first }']), ['15 error nothing before this step is called "first"']],
    ['that a revert has no injection', changed(['revert: victim', 'revert: vicitm']), ['17 error nothing was injected as "vicitm" -> did you mean "victim"?']],
    ['that a revert comes twice', changed(['- revert: victim', '- revert: victim\n  - revert: victim']), ['18 error "victim" is not injected at this point -> each injection is reverted once, after it was injected']],
    ['that an injection is never reverted', changed(['  - revert: victim\n', '']), ['15 error "victim" is never reverted; every scenario ends healed -> add "- revert: victim"']],
    ['that steady comes first', changed(['- steady: 3m', '- hold: 3m']), ['14 error the timeline must begin with ordinary operation -> begin with "- steady: 3m"']],
    ['that steady comes once', changed(['- hold: 3m', '- steady: 3m']), ['16 error steady comes first, and once -> later it is "hold" or "recover"']],
    ['that the recovery is not shown', changed(['  - recover: 2m\n', '']), ['17 warn nothing shows that the cluster recovers -> add "- recover: 2m" after the last revert']],
    ['that a fault needs a cause', changed(['  causes: [{ component: victim, kind: process-crash }]\n', '']), ['21 error the verdict is fault, and no cause is given -> add truth.causes']],
    ['that health has no fault as its cause', changed(['verdict: fault', 'verdict: healthy']), ['22 error the verdict is healthy, and process-crash is a fault -> only planned-stop and none fit']],
    ['that a fault must be injected', changed([/ {2}- inject.*\n/, ''], ['  - revert: victim\n', ''], [/victim/g, 'tikv-1']), ['19 error the verdict is fault, and the timeline breaks nothing -> add an inject step, or say healthy', '29 error nothing is injected, so nothing can be detected']],
    ['that a component is nowhere', changed(['causes: [{ component: victim,', 'causes: [{ component: tikv-4,']), ['22 error component "tikv-4" does not exist; this topology has pd-1..3, tikv-1..3, and victim by alias -> did you mean "tikv-1"?']],
    ['that detect looks at nothing', changed(['component: victim, within', 'component: victm, within']), ['31 error detect.component "victm" does not exist; this topology has pd-1..3, tikv-1..3, and victim by alias -> did you mean "victim"?']],
    ['that a look-alike is the truth', changed(['kind: process-hang', 'kind: process-crash']), ['25 error victim process-crash is a right answer, so it cannot be a look-alike']],
    ['that an action is unknown', changed(['[restart-store]', '[reboot-store]']), ['28 error unknown action "reboot-store" -> did you mean "restart-store"?']],
    ['that an action cannot be good and harmful', changed(['harmful: [delete-store,', 'harmful: [restart-store,']), ['30 error "restart-store" is listed as recommended already']],
    ['that an invariant is unknown', changed(['invariant: store-down', 'invariant: store-gone']), ['31 error unknown invariant "store-gone" -> did you mean "store-down"?']],
    ['that a subject is unknown', changed(['subject: tikv', 'subject: tidb']), ['5 error unknown subject "tidb" -> did you mean "tikv"?']],
    ['that time runs out before detection', changed(['within: 45s', 'within: 1h']), ['31 warn the timeline ends before this time has passed']],
    ['that a scope belongs to partitions', changed(['kind: process-crash }', 'kind: process-crash, scope: full }']), ['22 error scope is for network-partition, not for process-crash']],
    ['that a recording takes no timeline', recorded.replace('truth:', 'timeline: [{ steady: 1m }]\ntruth:'), expect.arrayContaining(['6 error a recording tells its own story: it takes no timeline -> remove it'])],
    ['that a recording is unknown', recorded.replace('store-kill', 'store-kil'), ['5 error there is no recording "store-kil" -> did you mean "store-kill"?']],
    ['that a recording has other nodes', recorded.replaceAll('tikv-9', 'tikv-3'), expect.arrayContaining(['8 error component "tikv-3" does not exist; this topology has pd-1, tikv-1, tikv-9 -> did you mean "tikv-1"?'])],
    ['that a twin needs a timeline', recorded.replace('{ kind: recorded, recording: store-kill }', '{ kind: twin, tikv: 9 }'), ['5 error this scenario has no timeline, and only a recording brings its own -> add "timeline:"']],
  ];

  test.each(cases)('%s', (_title, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  test('of mistakes in meaning beside mistakes in form, without false echoes of the latter', () => {
    const text = changed(['- revert: victim', '- rever: victim'], ['[restart-store]', '[reboot-store]'], ['difficulty: easy', 'difficulty: eazy']);
    expect(problemsOf(text)).toEqual([
      '8 error unknown difficulty "eazy" -> did you mean "easy"?',
      '17 error unknown key "rever" -> did you mean "revert"?',
      '28 error unknown action "reboot-store" -> did you mean "restart-store"?',
    ]);
  });

  test('of a list that is no list once, not again as an empty one', () => {
    expect(problemsOf(changed(['[restart-store]', 'restart-store'], ['causes: [{ component: victim, kind: process-crash }]', 'causes: process-crash']))).toEqual([
      '22 error truth.causes must be a list, not "process-crash"',
      `28 error truth.actions.recommended must be a list, not "restart-store"`,
    ]);
  });

  test('the place of a mistake in a parameter', () => {
    const { problems } = loadScenarioText(changed(['process-kill,', 'disk-slow, with: { latency: 5 seconds },']), { file: 'store-down.yaml', knowledge });
    expect(formatProblems(problems)).toBe(`store-down.yaml:15:50  error  timeline[1].inject.with.latency must be a span such as 80ms, not "5 seconds"
  14 |   - steady: 3m
  15 |   - inject: { fault: disk-slow, with: { latency: 5 seconds }, into: { role: tikv }, as: victim }
     |                                                  ^^^^^^^^^
1 error   docs: docs/scenario.md`);
  });
});
