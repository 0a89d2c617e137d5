import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { command } from './command.ts';
import { splitWords } from './words.ts';
import { emptyAssignment, fakeSession } from '../fake-desk.test-kit.ts';

const answer = { verdict: 'healthy', summary: 'all is well', rootCauses: [], impact: [], evidence: [], hypotheses: [], options: [], recommendation: null, confidence: 0.9 };

const session = (signal?: AbortSignal) => fakeSession(7, signal);

/** A tiny real program in a file of its own. */
function program(source: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'program-')), 'agent.mjs');
  writeFileSync(file, source);
  return `"${process.execPath}" "${file}"`;
}

/** Patient with a loaded machine; only an agent that hangs on purpose is given up soon. */
const quick = { silenceMs: 15_000, toolCallsMax: 3 };
const run = (source: string, at = session().session) => command(program(source), '/', quick).diagnose(emptyAssignment, at);

describe('command: an agent that works', () => {
  it('reads the assignment, asks the desk, leaves a note and hands in its diagnosis', async () => {
    const { session: at, notes, observations } = session();
    const result = await run(
      `import { createInterface } from 'node:readline';
       const say = (value) => console.log(JSON.stringify(value));
       for await (const line of createInterface({ input: process.stdin })) {
         const message = JSON.parse(line);
         if (message.type === 'assignment') { say({ type: 'note', text: 'looking' }); say({ type: 'call', id: 1, tool: message.tools[0].name, args: { promql: 'up' } }); }
         if (message.type === 'observation') { say({ type: 'diagnosis', diagnosis: { ...${JSON.stringify(answer)}, summary: 'saw ' + message.observation.id } }); break; }
       }`,
      at,
    );
    expect(result).toMatchObject({ ok: true, value: { summary: 'saw O1' } });
    expect(notes).toEqual([{ kind: 'note', text: 'looking' }]);
    expect(observations).toHaveLength(1);
  });

  it('may tell what a turn of its model took', async () => {
    const { session: at, notes } = session();
    const usage = { inputTokens: 900, outputTokens: 80, costUsd: 0.01 };
    await run(`console.log(JSON.stringify({ type: 'note', text: 'thought', usage: ${JSON.stringify(usage)} })); console.log(JSON.stringify(${JSON.stringify(answer)}))`, at);
    expect(notes).toEqual([{ kind: 'turn', text: 'thought', usage }]);
  });

  it('may simply print one diagnosis, also over several lines', async () => {
    expect(await run(`console.log(JSON.stringify(${JSON.stringify(answer)}, null, 2))`)).toMatchObject({ ok: true });
  });

  it('is told what is wrong with its diagnosis and may hand it in once more', async () => {
    const result = await run(
      `import { createInterface } from 'node:readline';
       console.log(JSON.stringify({ type: 'diagnosis', diagnosis: { verdict: 'maybe' } }));
       for await (const line of createInterface({ input: process.stdin })) {
         const message = JSON.parse(line);
         if (message.type === 'rejected') { console.log(JSON.stringify({ type: 'diagnosis', diagnosis: { ...${JSON.stringify(answer)}, summary: message.problems[0] } })); break; }
       }`,
    );
    expect(result).toMatchObject({ ok: true, value: { summary: expect.stringContaining('verdict') } });
  });
});

describe('command: an agent that does not', () => {
  it.each([
    ['crashes', 'console.error("out of ideas"); process.exit(9)', 'AGENT_CRASHED', 'exit code 9'],
    ['is killed', 'process.kill(process.pid, "SIGKILL")', 'AGENT_CRASHED', 'SIGKILL'],
    ['prints garbage', 'console.log("the disk, probably")', 'AGENT_GARBAGE', 'not JSON'],
    ['prints JSON that is no diagnosis', 'console.log("{\\"verdict\\":\\"maybe\\"}")', 'AGENT_GARBAGE', 'verdict'],
    ['says nothing', '', 'AGENT_CRASHED', 'without a word'],
    ['prints without end', 'const line = "x".repeat(1 << 20); for (let i = 0; i < 40; i++) process.stdout.write(line + "\\n")', 'AGENT_GARBAGE', '16 MB'],
    ['leaves a child behind that holds its output open', 'import { spawn } from "node:child_process"; spawn("sleep", ["60"], { stdio: "inherit" }).unref(); setTimeout(() => process.exit(3), 50)', 'AGENT_CRASHED', 'exit code 3'],
    ['nests its arguments without end', 'console.log(`{"type":"call","tool":"query","args":${\'{"a":\'.repeat(5000)}1${"}".repeat(5000)}}`)', 'AGENT_GARBAGE', 'nested deeper'],
    ['never stops asking', 'for (let i = 0; i < 9; i++) console.log(JSON.stringify({ type: "call", id: i, tool: "query", args: {} })); setInterval(() => {}, 1000)', 'AGENT_BUDGET', 'tool calls'],
  ])('that %s is named', async (_what, source, code, because) => {
    expect(await run(source)).toMatchObject({ ok: false, failure: { code, because: expect.stringContaining(because) } });
  });

  it('that hangs is named', async () => {
    expect(await command(program('setInterval(() => {}, 1000)'), '/', { ...quick, silenceMs: 300 }).diagnose(emptyAssignment, session().session)).toMatchObject({ ok: false, failure: { code: 'AGENT_TIMEOUT', because: expect.stringContaining('hangs') } });
  });

  it('that fails the desk fails the run, and is no unhandled rejection', async () => {
    const { session: at } = session();
    const broken = { ...at, desk: { ...at.desk, call: async () => Promise.reject(new Error('a bug in a tool')) } };
    await expect(run('console.log(JSON.stringify({ type: "call", id: 1, tool: "query", args: {} })); setInterval(() => {}, 1000)', broken)).rejects.toThrow('a bug in a tool');
  });

  it('that left a child in a session of its own does not keep the lab from ending', async () => {
    const result = await run('import { spawn } from "node:child_process"; spawn("sleep", ["3"], { stdio: "inherit", detached: true }).unref(); process.exit(3)');
    expect(result).toMatchObject({ ok: false, failure: { code: expect.stringMatching(/CRASHED|TIMEOUT/) } });
  });

  it('that cannot be started is an infrastructure fault', async () => {
    expect(await command('/no/such/program', '/', quick).diagnose(emptyAssignment, session().session)).toMatchObject({ ok: false, failure: { code: 'AGENT_UNAVAILABLE' } });
  });

  it('is ended with its children when the run is stopped', async () => {
    const stop = new AbortController();
    const pidFile = join(mkdtempSync(join(tmpdir(), 'pid-')), 'pid');
    const running = run(
      `import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';
       writeFileSync(${JSON.stringify(pidFile)}, String(spawn('sleep', ['60']).pid)); console.log('{"type":"note","text":"up"}'); setInterval(() => {}, 1000)`,
      { ...session(stop.signal).session, note: () => stop.abort() },
    );
    expect(await running).toMatchObject({ ok: false, failure: { code: 'AGENT_TIMEOUT' } });
    await expect.poll(() => existsSync(`/proc/${readFileSync(pidFile, 'utf8')}/cmdline`) && readFileSync(`/proc/${readFileSync(pidFile, 'utf8')}/cmdline`, 'utf8')).toBeFalsy();
  });

  it('gets no secret, no path of ours and nothing of the truth: a scratch folder, a clean environment, the incident', async () => {
    process.env['ANTHROPIC_API_KEY'] = 'secret';
    process.env['LAB_TEST_WORD'] = 'another secret';
    const before = process.env['PATH'];
    process.env['PATH'] = `${process.cwd()}/node_modules/.bin:/somewhere/node_modules/.bin:${before ?? ''}`;
    const result = await run(
      `import { createInterface } from 'node:readline'; import { readdirSync } from 'node:fs';
       for await (const line of createInterface({ input: process.stdin })) {
         console.log(JSON.stringify({ ...${JSON.stringify(answer)}, summary: JSON.stringify({ env: process.env, cwd: process.cwd(), files: readdirSync('.'), line }) })); break;
       }`,
    );
    delete process.env['ANTHROPIC_API_KEY'];
    delete process.env['LAB_TEST_WORD'];
    process.env['PATH'] = before;
    const said = result.ok ? result.value.summary : '';
    expect(said).not.toContain('secret');
    expect(said).not.toContain(process.cwd());
    expect(said).not.toContain('node_modules');
    const seen = JSON.parse(said) as { env: Record<string, string>; cwd: string; files: string[] };
    expect(Object.keys(seen.env).filter((name) => !/^(PATH|HOME|TMPDIR|LANG|LC_ALL|TZ|PWD|SHLVL|_)$/.test(name))).toEqual([]);
    expect([seen.env['HOME'], seen.env['TMPDIR'], seen.files]).toEqual([seen.cwd, seen.cwd, []]);
    expect(existsSync(seen.cwd)).toBe(false);
  });
});

describe('command: words', () => {
  it('splits as a shell would, without a shell', () => {
    expect(splitWords(`python3 "my agent.py" --say 'a b' x\\ y ''`)).toEqual(['python3', 'my agent.py', '--say', 'a b', 'x y', '']);
  });
  it('gives back any words that were quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string().filter((word) => !word.includes("'"))), (words) => {
        expect(splitWords(words.map((word) => `'${word}'`).join(' '))).toEqual(words);
      }),
    );
  });
});
