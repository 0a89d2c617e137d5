import { execa } from 'execa';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { diagnosisSchema } from '../src/diagnosis/contract.ts';
import { wallClock } from '../src/kernel/wall-clock.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'look-in-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^ANTHROPIC_|^INIT_CWD$|^FORCE_COLOR$|^VITEST/.test(name)));
const lab = (...args: string[]) => execa(process.execPath, [join(root, 'bin/lab.mjs'), ...args], { cwd: root, reject: false, env, extendEnv: false });

/** The addresses at which a run says that it listens. */
function addressesOf(running: ReturnType<typeof lab>): Promise<readonly [metrics: string, control: string]> {
  let said = '';
  return new Promise((resolve, reject) => {
    running.stderr?.on('data', (text: Buffer) => {
      said += String(text);
      const [metrics, control] = said.match(/http:\/\/[\d.]+:\d+(?=[, ])/g) ?? [];
      if (metrics !== undefined && control !== undefined) resolve([metrics, control]);
    });
    running.stderr?.on('end', () => reject(new Error(`the run does not say where it listens: ${said}`)));
  });
}

const valuesOf = async (url: string, query: string): Promise<readonly { metric: { instance: string }; value: [number, string] }[]> =>
  ((await (await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`)).json()) as { data: { result: [] } }).data.result;

test('a twin that lives at ten times the pace of life is looked at from outside like any cluster, and explained', { timeout: 110_000 }, async () => {
  const logs = join(scratch, 'logs');
  const running = lab('run', 'store-down', '--listen', '0', '--speed', '10', '--log-files', logs, '--out', join(scratch, 'run'));
  const [prometheus, pd] = await addressesOf(running);
  let dead: string | undefined;
  for (let tries = 0; dead === undefined && tries < 600; tries++) {
    await wallClock.sleep(100);
    dead = (await valuesOf(prometheus, 'up{job="tikv"} == 0'))[0]?.metric.instance;
  }
  const { stdout, exitCode } = await lab('diagnose', '--attach', `pd=${pd},prometheus=${prometheus}`, '--before', '2m', '--for', '40s', '--logs', logs, '--json', '--out', join(scratch, 'page'));
  running.kill('SIGINT');
  await running;
  const diagnosis = diagnosisSchema.parse((JSON.parse(String(stdout)) as { diagnosis: unknown }).diagnosis);
  const host = String(dead).split(':')[0];
  expect(exitCode).toBe(0);
  expect(diagnosis).toMatchObject({ verdict: 'fault', rootCauses: [{ component: expect.stringContaining(String(host)), kind: 'process-crash' }] });
  // Its logs were read, and the door to all members was not taken for one of them.
  expect(JSON.stringify(diagnosis.evidence)).toContain('was reset');
  expect(JSON.stringify(diagnosis)).not.toContain('127.0.0.1');
  expect(existsSync(join(scratch, 'page', 'index.html'))).toBe(true);
  expect(readdirSync(logs).sort()).toEqual(['pd-1.log', 'pd-2.log', 'pd-3.log', 'tikv-1.log', 'tikv-2.log', 'tikv-3.log']);
});

test('a pace is asked of what has virtual time, as a number above nothing', async () => {
  for (const [speed, because] of [['0', 'a number above 0'], ['fast', 'a number above 0']] as const) {
    const { stderr, exitCode } = await lab('run', 'store-down', '--speed', speed, '--out', join(scratch, 'none'));
    expect([exitCode, String(stderr)]).toEqual([2, expect.stringContaining(because)]);
  }
});
