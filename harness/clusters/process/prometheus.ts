import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { defined } from '../../../src/kernel/assert.ts';
import type { Clock, Millis } from '../../../src/kernel/clock.ts';
import { failed, LabError, ok, type Result } from '../../../src/kernel/result.ts';
import { httpTransport } from '../../../src/ports/undici-transport.ts';
import type { RuleText } from '../../telemetry/rules/over-store.ts';
import { freePorts } from '../real/free-network.ts';
import { instanceOf, type RealNode } from '../real/node.ts';
import { until } from '../real/until.ts';
import { searchPath } from './command.ts';
import { Program } from './program.ts';
import { findProgram } from './programs.ts';

const variable = 'LAB_PROMETHEUS';
const startWithinMs: Millis = 30_000;
const askMs: Millis = 2_000;

/** The Prometheus that is to scrape the cluster in the place of the lab's own scraper; undefined where nobody asked for one. */
export function findPrometheus(env = process.env): Result<string | undefined> {
  const asked = env[variable];
  if (!asked) return ok(undefined);
  const [folder, name] = asked.includes('/') ? [[asked.slice(0, asked.lastIndexOf('/')) || '/'], asked.slice(asked.lastIndexOf('/') + 1)] : [searchPath().split(delimiter), asked];
  const path = findProgram(name, folder);
  return path === undefined ? failed('LAB_NO_PROGRAM', `${variable} asks for ${asked}, which is not there`, 'Install Prometheus, name its file, or leave the variable out: then the lab scrapes by itself.') : ok(path);
}

/** What a Prometheus is started for. */
export interface PrometheusPlan {
  readonly path: string;
  readonly scratch: string;
  readonly run: string;
  readonly nodes: readonly RealNode[];
  readonly rules: readonly RuleText[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Starts a Prometheus over the nodes' pages, on a loopback port of its own, and waits until it is ready. It runs on the machine itself, so that no partition cuts it off. */
export async function startPrometheus({ path, scratch, run, nodes, rules, clock, signal }: PrometheusPlan): Promise<{ readonly program: Program; readonly url: URL }> {
  const dir = join(scratch, 'prometheus');
  mkdirSync(join(dir, 'rules'), { recursive: true });
  rules.forEach(({ text }, i) => writeFileSync(join(dir, 'rules', `${i}.yml`), text));
  writeFileSync(join(dir, 'prometheus.yml'), configOf(nodes));
  const port = defined((await freePorts(1))[0], 'a free port');
  const words = [path, `--config.file=${join(dir, 'prometheus.yml')}`, `--storage.tsdb.path=${join(dir, 'data')}`, `--web.listen-address=127.0.0.1:${port}`];
  const program = new Program({ node: 'prometheus', name: 'prometheus', words, env: {}, logFile: join(scratch, 'prometheus.log'), run });
  const url = new URL(`http://127.0.0.1:${port}`);
  await program.start();
  const ask = httpTransport(url, { timeoutMs: askMs });
  const late = await until(async () => {
    if (program.ending !== undefined) throw program.failure();
    const answer = await ask({ method: 'GET', path: '/-/ready' });
    return answer.ok && answer.value.status !== 200 ? failed('LAB_NOT_READY', `it answers ${answer.value.status}`) : answer.ok ? ok(undefined) : answer;
  }, { clock, withinMs: startWithinMs, signal });
  if (late) throw new LabError({ code: 'LAB_START_TIMEOUT', because: `Prometheus is not ready within ${startWithinMs / 1_000} s: ${late.because}` }, 4);
  return { program, url };
}

/** The lab's own rhythm: every 5 s, with a limit of 4 s. JSON is YAML. */
function configOf(nodes: readonly RealNode[]): string {
  const jobs = Map.groupBy(nodes, ({ spec }) => spec.job);
  return `${JSON.stringify({
    global: { scrape_interval: '5s', scrape_timeout: '4s', evaluation_interval: '15s' },
    rule_files: ['rules/*.yml'],
    scrape_configs: [...jobs].map(([job, members]) => ({ job_name: job, static_configs: [{ targets: members.map(instanceOf) }] })),
  }, null, 2)}\n`;
}
