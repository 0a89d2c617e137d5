import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { defined } from '../../src/kernel/assert.ts';
import type { Undoer } from './contract.ts';
import { Journal } from './journal.ts';
import { journalFile } from './place.ts';
import { commandVariable, endProcessesOf, isAlive, markerVariable, processEntry, processesOf } from './process-table.ts';
import { takeBack } from './take-back.ts';

const folder = mkdtempSync(join(tmpdir(), 'lab-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const fresh = () => new Journal(join(folder, `${files++}`, 'journal.db'));

/** Undoers that write down what they undo; those listed fail so many times. */
function undoers(log: string[], failing: Record<string, number> = {}): ReadonlyMap<string, Undoer> {
  const undo = (kind: string) => async (data: unknown) => {
    if ((failing[kind] ?? 0) > 0) {
      failing[kind] = (failing[kind] ?? 0) - 1;
      throw new Error(`${kind} is busy`);
    }
    log.push(`${kind} ${String(data)}`);
  };
  return new Map(['mount', 'rule'].map((kind) => [kind, { kind, undo: undo(kind) }]));
}

describe('the fault journal', () => {
  it('holds a change before it is made, for whoever looks from another process', () => {
    using journal = fresh();
    const run = journal.begin();
    run.intend({ kind: 'mount', data: 'a' });
    const other = new Database(journal.file, { readonly: true });
    expect(other.prepare('SELECT kind, data FROM changes').all()).toEqual([{ kind: 'mount', data: '"a"' }]);
    expect(other.pragma('journal_mode', { simple: true })).toBe('wal');
    other.close();
  });

  it('keeps what a lab that was killed had written down, and knows that it is dead', () => {
    const file = join(folder, 'killed.db');
    const program = `import { Journal } from ${JSON.stringify(new URL('journal.ts', import.meta.url).href)};
      const run = new Journal(${JSON.stringify(file)}).begin(); run.intend({ kind: 'rule', data: 'b' }); process.kill(process.pid, 'SIGKILL');`;
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', program]).signal).toBe('SIGKILL');
    using journal = new Journal(file);
    const [run] = journal.runs();
    expect(run).toMatchObject({ ownerAlive: false });
    expect(journal.take(defined(run, 'run').run).open()).toMatchObject([{ kind: 'rule', data: 'b' }]);
  });

  it('does not take a process of the same number for the lab that died', () => {
    using journal = fresh();
    const { run } = journal.begin();
    expect(journal.runs()[0]?.ownerAlive).toBe(true);
    const db = new Database(journal.file);
    db.prepare("UPDATE runs SET owner_started = owner_started || '0' WHERE run = ?").run(run);
    db.close();
    expect(journal.runs()[0]?.ownerAlive).toBe(false);
  });

  it('lets one process alone take a dead run over, and none a living one', () => {
    using journal = fresh();
    const { run } = journal.begin();
    const living = defined(journal.runs()[0], 'run');
    expect(journal.adopt(living)).toBe(false);
    const db = new Database(journal.file);
    db.prepare("UPDATE runs SET owner_pid = 1, owner_started = 'long ago' WHERE run = ?").run(run);
    db.close();
    const dead = defined(journal.runs()[0], 'run');
    expect([dead.ownerAlive, journal.adopt(dead), journal.adopt(dead), journal.runs()[0]?.ownerAlive]).toEqual([false, true, false, true]);
  });

  it('gives every run a name of its own, short enough for a network link', () => {
    using journal = fresh();
    const names = Array.from({ length: 50 }, () => journal.begin().run);
    expect(new Set(names).size).toBe(50);
    for (const name of names) expect(name).toMatch(/^lab[a-z0-9]{6}$/);
  });

  it('lies where the user says, else where the desktop’s rules say', () => {
    expect(journalFile({ LAB_STATE_DIR: '/a', XDG_STATE_HOME: '/b' })).toBe('/a/journal.db');
    expect(journalFile({ XDG_STATE_HOME: '/b' })).toBe('/b/operator-lab/journal.db');
    expect(journalFile({})).toMatch(/\/\.local\/state\/operator-lab\/journal\.db$/);
  });

  it('that cannot be written ends the run with a sentence and exit code 4', () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expect(() => new Journal(join(file, 'journal.db'))).toThrow(expect.objectContaining({ exitCode: 4, message: expect.stringContaining('cannot be written') }));
  });
});

describe('taking back', () => {
  it('goes from the newest change to the oldest and ends the run', async () => {
    using journal = fresh();
    const run = journal.begin();
    for (const [kind, data] of [['mount', 'a'], ['rule', 'b'], ['mount', 'c']] as const) run.intend({ kind, data });
    const log: string[] = [];
    expect((await takeBack(run, undoers(log))).unhealed).toEqual([]);
    expect(log).toEqual(['mount c', 'rule b', 'mount a']);
    expect(journal.runs()).toEqual([]);
  });

  it('tries once more what had to wait for something else', async () => {
    using journal = fresh();
    const run = journal.begin();
    for (const [kind, data] of [['rule', 'b'], ['mount', 'a']] as const) run.intend({ kind, data });
    const log: string[] = [];
    expect((await takeBack(run, undoers(log, { mount: 1 }))).unhealed).toEqual([]);
    expect(log).toEqual(['rule b', 'mount a']);
  });

  it('names what it could not do or does not know, keeps that, and does the rest', async () => {
    using journal = fresh();
    const run = journal.begin();
    for (const [kind, data] of [['mount', 'a'], ['spell', 'x'], ['rule', 'b']] as const) run.intend({ kind, data });
    const log: string[] = [];
    const { unhealed } = await takeBack(run, undoers(log, { mount: 9 }));
    expect(unhealed.map(({ change, because }) => `${change.kind}: ${because}`)).toEqual(['spell: this version of the lab does not know how to undo a spell', 'mount: mount is busy']);
    expect(log).toEqual(['rule b']);
    expect(run.open().map(({ kind }) => kind)).toEqual(['spell', 'mount']);
    expect(journal.runs()).toHaveLength(1);
  });

  it('takes everything back although the journal cannot be written any more, and says so', async () => {
    using journal = fresh();
    const run = journal.begin();
    for (const data of ['a', 'b']) run.intend({ kind: 'mount', data });
    const log: string[] = [];
    const full = { ...run, undone: () => { throw new Error('the disk is full'); } };
    const { unhealed } = await takeBack(full, undoers(log));
    expect(log.slice(0, 2)).toEqual(['mount b', 'mount a']);
    expect(unhealed.map(({ because }) => because)).toEqual(['the disk is full', 'the disk is full']);
  });

  it('leaves other runs alone, whatever was intended and undone in which order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ whose: fc.boolean(), undone: fc.boolean() }), { maxLength: 12 }), async (steps) => {
      using journal = fresh();
      const [mine, others] = [journal.begin(), journal.begin()];
      for (const { whose, undone } of steps) {
        const run = whose ? mine : others;
        const entry = run.intend({ kind: 'rule', data: 'r' });
        if (undone) run.undone(entry);
      }
      const log: string[] = [];
      await takeBack(mine, undoers(log));
      expect(log).toHaveLength(steps.filter(({ whose, undone }) => whose && !undone).length);
      expect(others.open()).toHaveLength(steps.filter(({ whose, undone }) => !whose && !undone).length);
    }), { numRuns: 15 });
  });
});

describe('processes of a run', () => {
  const start = (variable: string, run: string) => spawn('sleep', ['60'], { stdio: 'ignore', env: { PATH: process.env['PATH'] ?? '', [variable]: run } });

  it('are found by their mark although nobody wrote down their number, and ended', async () => {
    const children = [start(markerVariable, 'labtest1'), start(markerVariable, 'labtest1'), start(markerVariable, 'labtest12')];
    const [first, second, other] = children.map(({ pid }) => defined(pid, 'pid'));
    const ended = Promise.all(children.slice(0, 2).map((child) => new Promise((resolve) => child.once('exit', resolve))));
    expect(new Set(processesOf('labtest1'))).toEqual(new Set([first, second]));
    await endProcessesOf('labtest1');
    await ended;
    expect(processesOf('labtest1')).toEqual([]);
    expect(processesOf('labtest12')).toEqual([other]);
    await endProcessesOf('labtest12');
  });

  it('are not the same as a later process with their number', () => {
    const { started } = defined(processEntry(process.pid), 'this process');
    expect([isAlive(process.pid, started), isAlive(process.pid, `${started}1`)]).toEqual([true, false]);
  });

  it('do not outlive the look at what they left: a command of a dead lab is ended first', async () => {
    using journal = fresh();
    const run = journal.begin();
    const child = start(commandVariable, run.run);
    const gone = new Promise<string | null>((resolve) => child.once('exit', (_, by) => resolve(by)));
    await takeBack(run, undoers([]));
    expect(await gone).toBe('SIGKILL');
  });
});

describe('lab clean', () => {
  const lab = fileURLToPath(new URL('../../bin/lab.mjs', import.meta.url));
  const clean = (state: string, ...flags: string[]) => {
    const { status, stdout } = spawnSync(process.execPath, [lab, 'clean', '--json', ...flags], { encoding: 'utf8', env: { ...process.env, LAB_STATE_DIR: state } });
    return { status, runs: (JSON.parse(stdout) as { runs: unknown[] }).runs };
  };

  it('makes no journal where there is none', () => {
    const state = join(folder, 'nothing');
    expect(clean(state)).toEqual({ status: 0, runs: [] });
    expect(existsSync(state)).toBe(false);
  });

  it('touches nothing on a dry run, heals dead runs, leaves live ones alone, and ends with 4 when something is left', () => {
    const state = join(folder, 'state');
    using journal = new Journal(join(state, 'journal.db'));
    const [live, dead] = [journal.begin(), journal.begin()];
    const file = join(folder, 'filler');
    writeFileSync(file, 'x');
    live.intend({ kind: 'filler-file', data: { file: join(folder, 'of the living') } });
    dead.intend({ kind: 'filler-file', data: { file } });
    const db = new Database(journal.file);
    db.prepare("UPDATE runs SET owner_started = 'long ago' WHERE run = ?").run(dead.run);
    db.close();

    expect(clean(state, '--dry-run')).toMatchObject({ status: 0, runs: expect.arrayContaining([expect.objectContaining({ run: dead.run, state: 'dry', changes: [`file ${file}`] })]) });
    expect(existsSync(file)).toBe(true);

    dead.intend({ kind: 'spell', data: {} });
    const { status, runs } = clean(state);
    expect(status).toBe(4);
    expect(runs).toMatchObject(expect.arrayContaining([
      expect.objectContaining({ run: live.run, state: 'alive' }),
      expect.objectContaining({ run: dead.run, state: 'unhealed', changes: [`file ${file}`], unhealed: [{ change: 'spell {}', because: expect.stringContaining('does not know') }] }),
    ]));
    expect(existsSync(file)).toBe(false);
    expect(live.open()).toHaveLength(1);
  });
});
