import { expect, test } from 'vitest';
import { orThrow } from '../../../src/kernel/result.ts';
import { jobNamesFrom, withJobNames, withTheirJobs } from '../../../src/ports/job-names.ts';
import { prometheusPort } from '../../../src/ports/metrics.ts';
import { TestCluster } from '../../clusters/twin/cluster.fixture.ts';

const names = new Map([['tikv', 'basic-tikv'], ['pd', 'basic-pd.eu']]);

test.each([
  ['up{job="tikv"}', 'up{job="basic-tikv"}'],
  ['up{job!="pd",instance="a:1"} == 0', 'up{job!="basic-pd.eu",instance="a:1"} == 0'],
  ['up{job=~"tikv|pd|node"}', String.raw`up{job=~"basic-tikv|basic-pd\\.eu|node"}`],
  ['up{job=~"ti.*"}', 'up{job=~"(?:ti.*)|basic-tikv"}'],
  ['up{exported_job="tikv"} and sum by (job) (x{job="api"})', 'up{exported_job="tikv"} and sum by (job) (x{job="api"})'],
])('%s is asked as %s', (own, theirs) => {
  expect(withTheirJobs(own, names)).toBe(theirs);
});

test('a Prometheus with other names for its jobs answers like one with the usual names', async () => {
  const lab = await TestCluster.start();
  const { metrics } = lab.cluster.ports;
  // The twin's own, as somebody would see it who calls the jobs otherwise.
  const foreign = withJobNames(metrics.transport, new Map([...names].map(([own, theirs]) => [theirs, own])));
  const abroad = prometheusPort(foreign, lab.cluster.clock);
  const again = prometheusPort(withJobNames(foreign, names), lab.cluster.clock);
  expect(orThrow(await abroad.labelValues('job'))).toEqual(expect.arrayContaining(['basic-tikv', 'basic-pd.eu']));
  expect(orThrow(await again.labelValues('job')).toSorted()).toEqual(orThrow(await metrics.labelValues('job')).toSorted());
  for (const promql of ['up{job="tikv"}', 'up{job=~"tikv|pd"}', 'sum by (job) (up)', 'process_resident_memory_bytes{job!="pd"}', 'up{job=~"p.*"}']) {
    const [here, there] = [orThrow(await metrics.query(promql)), orThrow(await again.query(promql))];
    expect(there).toEqual(here);
    expect(here.length).toBeGreaterThan(0);
  }
  expect(orThrow(await again.series('up{job="tikv"}'))).toEqual(orThrow(await metrics.series('up{job="tikv"}')));
});

test('a word that names no job of the subject is a usage error', () => {
  expect(orThrow(jobNamesFrom(['pd=x=y'], ['pd', 'tikv']))).toEqual(new Map([['pd', 'x=y']]));
  for (const word of ['tidb=x', 'tikv=', 'tikv']) expect(jobNamesFrom([word], ['pd', 'tikv'])).toMatchObject({ ok: false, failure: { advice: 'write for example --job pd=my-pd' } });
});
