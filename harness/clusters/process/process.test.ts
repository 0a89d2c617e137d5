import { mkdtempSync, rmSync, writeFileSync, chmodSync, existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { defined } from '../../../src/kernel/assert.ts';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import { etcd } from '../../deployments/etcd/deployment.ts';
import { Journal } from '../../journal/journal.ts';
import type { ClusterSpec } from '../contract.ts';
import { cpuLimit, findHierarchies, memoryLimit, writeLimit } from './control-groups.ts';
import { copiedSeconds, writesPerSecond } from './controls/disk.ts';
import { netemWords } from './controls/links.ts';
import { dropRules } from './controls/network.ts';
import { neverOnReal } from '../real/never.ts';
import { Ledger } from './ledger.ts';
import { isScratch, scratchOf, tooLittleSpace } from './places.ts';
import { lacksOf, without } from './powers.ts';
import { Program } from './program.ts';
import { findPrograms } from './programs.ts';
import { processUndoers } from './undo.ts';

const folder = mkdtempSync(join(tmpdir(), 'lab-process-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec: ClusterSpec = { kind: 'process', subject: 'etcd', roles: { member: 3 }, regions: 0, load: { shape: 'idle', ratePerSecond: 1, reads: 0, keys: 'uniform', valueBytes: 1 } };

describe('what this machine can do', () => {
  it('is read from the mounts: version 1, also where controllers share one, before version 2', () => {
    const mounts = ['cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,cpu,cpuacct 0 0', 'cgroup /sys/fs/cgroup/blkio cgroup rw,blkio 0 0', `cgroup2 ${folder} cgroup2 rw 0 0`].join('\n');
    writeFileSync(join(folder, 'cgroup.controllers'), 'memory pids\n');
    expect(findHierarchies(mounts)).toEqual({ cpu: { version: 1, root: '/sys/fs/cgroup/cpu,cpuacct' }, io: { version: 1, root: '/sys/fs/cgroup/blkio' }, memory: { version: 2, root: folder } });
    expect(findHierarchies(`cgroup2 ${folder} cgroup2 rw 0 0`).cpu).toBe("this kernel's control groups have no cpu controller");
    expect(findHierarchies('').memory).toBe('no control groups are mounted here');
  });

  it('is not promised where a container’s root keeps controllers to itself', () => {
    const root = join(folder, 'container');
    mkdirSync(root);
    for (const [file, text] of [['cgroup.controllers', 'cpu memory'], ['cgroup.subtree_control', 'memory'], ['cgroup.type', 'domain']] as const) writeFileSync(join(root, file), text);
    const { cpu, memory } = findHierarchies(`cgroup2 ${root} cgroup2 rw 0 0`);
    expect(cpu).toContain('is not handed down');
    expect(memory).toEqual({ version: 2, root });
  });

  it('is said capability by capability, with the reason; processes can always be signalled', () => {
    const lacks = lacksOf(without('it takes root'));
    const rooted = ['disk', 'space', 'cpu', 'memory', 'network', 'links'] as const;
    expect([...lacks.keys()]).toEqual([...neverOnReal.map(([capability]) => capability), ...rooted]);
    expect(new Set(rooted.map((capability) => lacks.get(capability)))).toEqual(new Set(['it takes root']));
    const all = { namespaces: true, packetFilter: true, netem: 'this kernel has no sch_netem', images: true, groups: { cpu: { version: 1, root: '/c' }, memory: { version: 1, root: '/m' }, io: 'no blkio here' } } as const;
    expect([...lacksOf(all)]).toEqual([...neverOnReal, ['disk', 'no blkio here'], ['links', 'this kernel has no sch_netem']]);
  });

  it.each([[1, 'cpu.cfs_quota_us=4000', 'blkio.throttle.write_iops_device=7:1 12', 'memory.limit_in_bytes=1048576'], [2, 'cpu.max=4000 100000', 'io.max=7:1 wiops=12', 'memory.max=1048576']] as const)('is spoken to in the words of control groups version %i', (version, cpu, io, memory) => {
    const spelt = [cpuLimit(version, 0.04), writeLimit(version, '7:1', 12), memoryLimit(version, 2 ** 20)].map(({ file, limited }) => `${file}=${limited}`);
    expect(spelt).toEqual([cpu, io, memory]);
  });
});

describe('programs', () => {
  it('that are not there are named, with what to do', () => {
    expect(findPrograms(etcd, spec, { LAB_ETCD_BIN: folder })).toEqual({ ok: false, failure: { code: 'LAB_NO_PROGRAM', because: `etcd is not in ${folder}, which LAB_ETCD_BIN names`, advice: expect.stringContaining('Install etcd') } });
  });

  it('are taken from the folder that the variable names; a file that cannot be run is none', () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'etcd'), '#!/bin/sh\n');
    expect(findPrograms(etcd, spec, { LAB_ETCD_BIN: bin }).ok).toBe(false);
    chmodSync(join(bin, 'etcd'), 0o755);
    expect(findPrograms(etcd, spec, { LAB_ETCD_BIN: bin })).toEqual({ ok: true, value: new Map([['etcd', join(bin, 'etcd')]]) });
  });

  const program = (script: string) => new Program({ node: 'etcd-1', name: 'etcd', words: ['sh', '-c', script], env: {}, logFile: join(folder, 'etcd-1.log'), run: 'labtestx' });

  it('that end while starting are quoted with their last lines', async () => {
    const crashing = program('echo starting; echo "bind: address already in use" >&2; exit 3');
    await crashing.start();
    expect(await crashing.becomes('exited', wallClock, 5_000)).toBe(true);
    while (crashing.ending === undefined) await wallClock.sleep(5);
    expect(crashing.failure().failure.because).toBe('etcd (etcd-1) ended with exit code 3; it said: starting | bind: address already in use');
  });

  it('are seen paused, running and gone from outside, and start again', async () => {
    const sleeper = program('exec sleep 60');
    expect(sleeper.state()).toBe('exited');
    await sleeper.start();
    expect(sleeper.state()).toBe('running');
    for (const [signal, state] of [['SIGSTOP', 'paused'], ['SIGCONT', 'running'], ['SIGKILL', 'exited']] as const) {
      sleeper.signal(signal);
      expect([signal, await sleeper.becomes(state, wallClock, 5_000)]).toEqual([signal, true]);
    }
    await sleeper.start();
    expect(sleeper.state()).toBe('running');
    sleeper.signal('SIGKILL');
    expect(await sleeper.becomes('exited', wallClock, 5_000)).toBe(true);
  });

  it('that cannot be started at all say why', async () => {
    const none = new Program({ node: 'etcd-1', name: 'etcd', words: [join(folder, 'nothing')], env: {}, logFile: join(folder, 'none.log'), run: 'labtestx' });
    await expect(none.start()).rejects.toMatchObject({ exitCode: 4, failure: { because: expect.stringContaining('etcd (etcd-1) cannot be started') } });
  });
});

describe('faults in the kernel’s words', () => {
  it('a partition drops both ways, or one way, each address once', () => {
    const drops = (direction: 'both' | 'incoming' | 'outgoing') => dropRules(['10.0.0.2', '10.0.0.1', '10.0.0.2'], direction).split('\n').filter((line) => line.startsWith('-A'));
    expect(drops('incoming')).toEqual(['-A INPUT -s 10.0.0.1/32 -j DROP', '-A INPUT -s 10.0.0.2/32 -j DROP']);
    expect(drops('outgoing')).toEqual(['-A OUTPUT -d 10.0.0.1/32 -j DROP', '-A OUTPUT -d 10.0.0.2/32 -j DROP']);
    expect(drops('both')).toEqual([...drops('incoming'), ...drops('outgoing')]);
  });

  it('delay and loss are netem’s', () => {
    expect(netemWords({ delayMs: 80, jitterMs: 5 })).toEqual(['delay', '80ms', '5ms']);
    expect(netemWords({ lossShare: 0.3 })).toEqual(['loss', '30%']);
  });

  it('what a write took is read from dd', () => {
    const report = (seconds: string) => `3+0 records in\n3+0 records out\n12288 bytes (12 kB, 12 KiB) copied, ${seconds} s, 49.1 kB/s\n`;
    expect(['0.250129', '6.1e-05', '12'].map((seconds) => copiedSeconds(report(seconds)))).toEqual([0.250129, 0.000061, 12]);
    expect(copiedSeconds('dd: failed to open')).toBeUndefined();
  });

  it('a latency becomes a limit that never lets a chain of writes go faster', () => {
    expect(writesPerSecond(80)).toBe(12);
    expect(writesPerSecond(0, 40)).toBe(40);
    fc.assert(fc.property(fc.integer({ min: 1, max: 900 }), fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }), (latencyMs, most) => {
      const limit = writesPerSecond(latencyMs, most);
      expect(limit).toBeGreaterThanOrEqual(1);
      expect(1_000 / limit).toBeGreaterThanOrEqual(latencyMs);
      expect(limit).toBeLessThanOrEqual(most ?? Infinity);
    }));
  });
});

describe('taking back on this machine', () => {
  const undoer = (kind: string) => defined(processUndoers.find((each) => each.kind === kind), kind);

  it('never deletes a folder that is not the lab’s', async () => {
    const mine = join(folder, 'precious');
    mkdirSync(mine);
    await expect(undoer('scratch-folder').undo({ dir: mine })).rejects.toThrow('is not a folder of the lab');
    expect(existsSync(mine)).toBe(true);
    expect([isScratch(scratchOf('labab12cd')), isScratch('/'), isScratch('/tmp'), isScratch('/tmp/operator-lab-')]).toEqual([true, false, false, false]);
  });

  it.each([
    ['processes', { run: 'labnobody' }], ['paused-process', { pid: 1, started: 'never' }], ['group-value', { file: '/sys/fs/cgroup/none/cpu.max', free: 'max' }], ['control-group', { dir: '/sys/fs/cgroup/none' }],
    ['filler-file', { file: '/tmp/none/filler' }], ['data-aside', { dir: '/tmp/none/data' }], ['packet-rules', { namespace: 'labnone-x' }], ['link-impairment', { namespace: 'labnone-x', device: 'eth0' }], ['network-link', { name: 'labnone' }],
    ['network-namespace', { name: 'labnone-x' }], ['data-disk', { dir: '/tmp/none', image: '/tmp/none.image' }], ['scratch-folder', { dir: '/tmp/operator-lab-labnone' }],
  ])('finds nothing to do for %s that was never made or is gone', async (kind, data) => {
    await undoer(kind).undo(data);
    await undoer(kind).undo(data);
    expect(undoer(kind).describe?.(data)).not.toBe('');
  });

  it('makes a replaced change once, and forgets it when it is taken back', async () => {
    using journal = new Journal(join(folder, 'ledger.db'));
    const run = journal.begin();
    const ledger = new Ledger(run);
    const done: string[] = [];
    for (const step of ['first', 'second']) {
      await ledger.make('limit', { kind: 'group-value', data: {} }, () => {
        expect(run.open()).toHaveLength(1);
        done.push(step);
      });
    }
    for (let i = 0; i < 2; i++) await ledger.unmake('limit', () => void done.push('free'));
    expect([done, run.open()]).toEqual([['first', 'second', 'free', 'free'], []]);
  });
});

it('a folder for scratch files that is too full is told before anything is started', () => {
  expect(tooLittleSpace(3, folder)).toBeUndefined();
  expect(tooLittleSpace(10_000_000, folder)).toMatchObject({ code: 'LAB_DISK', because: expect.stringContaining('10000000 nodes need') });
});
