import { beforeAll, describe, expect, test } from 'vitest';
import { orThrow } from '../../src/kernel/result.ts';
import { TestCluster } from '../../harness/clusters/twin/cluster.fixture.ts';
import { shapeOf } from './json-shape.ts';
import { hasReference, known, readRecorded } from './reference.ts';

interface Row {
  readonly node: string;
  readonly request: string;
  readonly status?: number;
  readonly body?: unknown;
}

/** Recordings in which regions are hot, leaders are moved, replicas lag. */
const recordings = ['tikv-baseline', 'tikv-hot-read', 'tikv-hot-write', 'tikv-evict-leader', 'tikv-store-kill'];

/** Every question that the recordings hold a good answer to, and what stood where in the answers. */
function recordedShapes(): Map<string, Set<string>> {
  const shapes = new Map<string, Set<string>>();
  for (const recording of recordings) for (const line of readRecorded(recording, 'control.jsonl.gz').split('\n')) {
    const { request = '', status, body } = (line === '' ? {} : JSON.parse(line)) as Partial<Row>;
    // Long answers of single members were kept as the beginning of their text.
    if (status !== 200 || request.includes('#') || (typeof body === 'string' && /^[{[]/.test(body))) continue;
    const seen = known(shapes, request, () => new Set<string>());
    for (const each of shapeOf(body)) seen.add(each);
  }
  return shapes;
}

async function ask(lab: TestCluster, request: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const [path = '', query] = request.replace('GET ', '').split('?');
  const { status, body } = orThrow(await lab.cluster.ports.controlPlane.request({ method: 'GET', path, query: Object.fromEntries(new URLSearchParams(query)) }));
  return { status, body: body === '' ? '' : JSON.parse(body) };
}

/** A list that is null where it is empty. */
const emptiness = /: (null|array|object)$/;
/** What the recordings could not show, or kept in short. */
const notRecorded = [
  // No region was read often enough to be listed.
  /^GET \/pd\/api\/v1\/hotspot\/regions\/read invents \.as_(peer|leader)\.#\.statistics\[\]/, /^GET \/pd\/api\/v1\/trend invents \.stores\[\]\.hot_read_region_flows\[\]: number$/,
  // The recorder kept the ids of the regions and nothing else.
  /^GET \/pd\/api\/v1\/regions\/check\/[a-z-]+ (lacks|invents) \.regions\[\]/,
];

describe.skipIf(!hasReference)("PD's answers", () => {
  let recorded: Map<string, Set<string>>;
  const twin = new Map<string, Set<string>>();
  beforeAll(async () => {
    recorded = recordedShapes();
    const lab = await TestCluster.start();
    const note = async () => {
      for (const request of recorded.keys()) {
        const { status, body } = await ask(lab, request);
        expect([request, status]).toEqual([request, request.includes('/stores/progress') ? 400 : 200]);
        const seen = known(twin, request, () => new Set<string>());
        for (const each of shapeOf(body)) seen.add(each);
      }
    };
    await lab.pass(20);
    await note();
    await lab.controls.config.write('schedulers/evict-leader-scheduler-tikv-3', true);
    await lab.controls.process.pause('tikv-1');
    await lab.pass(40);
    await note();
    await lab.controls.process.kill('tikv-1');
    await lab.controls.process.start('tikv-1');
    await lab.pass(14);
    await note();
  });

  test('hold the same keys with values of the same types, and none that PD does not have', () => {
    expect(recorded.size).toBeGreaterThan(35);
    const differ = [...recorded].flatMap(([request, shape]) => {
      const mine = twin.get(request) ?? new Set<string>();
      const paths = new Set([...mine, ...shape].map((each) => each.replace(/: \w+$/, '')));
      const missing = [...shape].filter((each) => !mine.has(each) && !emptiness.test(each)).map((each) => `${request} lacks ${each}`);
      const extra = [...mine].filter((each) => !shape.has(each) && !emptiness.test(each)).map((each) => `${request} invents ${each}`);
      return paths.size === 0 ? [] : [...missing, ...extra];
    });
    expect(differ.filter((each) => !notRecorded.some((pattern) => pattern.test(each)))).toEqual([]);
  });
});
