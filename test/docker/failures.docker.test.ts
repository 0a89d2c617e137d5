import { createServer } from 'node:net';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBundle } from '../../harness/history/bundle-reader.ts';
import { Bench, noDocker, OwnEngine, shortScenario, until } from './docker.test-kit.ts';

/** The last line of a run that says why it ended. */
const because = (dir: string): string => {
  const bundle = readBundle(dir);
  return bundle.ok ? bundle.value.run.because : bundle.failure.because;
};

/** Runs a scenario that cannot work and tells how that ended. */
async function failing(bench: Bench, env: Readonly<Record<string, string>>) {
  const { code } = await bench.lab([...bench.scenario('short', shortScenario()), '--out', bench.bundle('out'), '--quiet'], env);
  return { code, because: because(bench.bundle('out')) };
}

describe.skipIf(noDocker !== undefined)(`a run that cannot work ends with 4 and one sentence, and leaves nothing${noDocker === undefined ? '' : ` (${noDocker})`}`, () => {
  test('where no engine answers', async () => {
    using bench = new Bench();
    expect(await failing(bench, { DOCKER_HOST: 'unix:///nowhere.sock' })).toEqual({ code: 4, because: 'no Docker engine answers at unix:///nowhere.sock. Start Docker, or point DOCKER_HOST at a running engine' });
  });

  test('where Docker is not installed', async () => {
    using bench = new Bench();
    const ended = await failing(bench, { PATH: '/nowhere' });
    expect(ended).toEqual({ code: 4, because: 'the docker client is not installed. Install Docker with Compose v2' });
  });

  test('where an image is missing, which is named', async () => {
    using bench = new Bench();
    const before = bench.traces();
    const ended = await failing(bench, { LAB_IMAGE_ETCD: 'operator-lab/none:1' });
    expect(ended.code).toBe(4);
    expect(ended.because).toMatch(/^the image operator-lab\/none:1 is not here and cannot be pulled.*LAB_IMAGE_…/);
    expect(bench.traces()).toEqual(before);
  });

  test('where somebody listens on the port that it was told to use', async () => {
    using bench = new Bench();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const before = bench.traces();
    const ended = await failing(bench, { LAB_PORT_PROMETHEUS: String(port) });
    server.close();
    expect(ended).toEqual({ code: 4, because: `port ${port} of this machine is taken. End what listens there, or leave its LAB_PORT_… variable away to get a free one` });
    expect(bench.traces()).toEqual(before);
  });

  test('where a program ends at once, which is told with what it said', async () => {
    using bench = new Bench();
    const before = bench.traces();
    const ended = await failing(bench, { LAB_ETCD_QUOTA_BACKEND_BYTES: 'much' });
    expect(ended.code).toBe(4);
    expect(ended.because).toMatch(/^etcd-\d ended with code \d+ while the cluster started, and said: .*much/);
    expect(bench.traces()).toEqual(before);
  });

  test.skipIf(process.getuid?.() !== 0)('where the folder for temporary files is full', async () => {
    using bench = new Bench();
    const full = join(bench.dir, 'full');
    mkdirSync(full);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', full]);
    const before = bench.traces();
    try {
      const ended = await failing(bench, { TMPDIR: full });
      expect(ended.code).toBe(4);
      expect(ended.because).toMatch(/room|[Ss]pace/);
      expect(bench.traces()).toEqual(before);
    } finally {
      execFileSync('umount', [full]);
    }
  });
});

describe.skipIf(noDocker !== undefined || process.getuid?.() !== 0)('a run on an engine of its own', () => {
  test('ends with 4 when the engine dies in the middle; once it is back, lab clean removes everything', async () => {
    await using engine = await OwnEngine.start();
    using bench = new Bench(engine.env);
    const before = bench.traces();
    const history = join(bench.bundle('out'), 'history.jsonl');
    const running = bench.start([...bench.scenario('short', shortScenario('90s', '60s')), '--out', bench.bundle('out'), '--quiet']);
    await until(() => existsSync(history) && readFileSync(history, 'utf8').includes('"steady"'));
    process.kill(engine.pid, 'SIGKILL');
    expect((await running).exitCode).toBe(4);
    expect(because(bench.bundle('out'))).toMatch(/^the Docker engine stopped answering while the cluster ran\. Start it again, then `lab clean` /);
    expect((await bench.lab(['clean'])).code).toBe(4);
    await engine.restart();
    expect((await bench.lab(['clean'])).code).toBe(0);
    expect(bench.traces()).toEqual(before);
  });

  test('ends with 4 when the engine’s disk is full', async () => {
    using place = new Bench();
    const [image, folder] = [join(place.dir, 'disk.img'), join(place.dir, 'e')];
    mkdirSync(folder);
    execFileSync('truncate', ['--size', '1500M', image]);
    execFileSync('mkfs.ext4', ['-q', '-m', '0', '-F', image]);
    execFileSync('mount', ['-o', 'loop', image, folder]);
    try {
      await using engine = await OwnEngine.start(join(folder, 'e'));
      using bench = new Bench(engine.env);
      const before = bench.traces();
      const left = Number(execFileSync('df', ['--output=avail', '--block-size=1', folder], { encoding: 'utf8' }).split('\n')[1]);
      execFileSync('fallocate', ['--length', String(left - 64 * 1024), join(folder, 'filling')]);
      const ended = await failing(bench, {});
      expect(ended).toEqual({ code: 4, because: 'the disk that the Docker engine writes to is full. Make room there (`docker system df` says what it holds) and run it again' });
      rmSync(join(folder, 'filling'));
      expect((await bench.lab(['clean'])).code).toBe(0);
      expect(bench.traces()).toEqual(before);
    } finally {
      execFileSync('umount', [folder]);
    }
  });
});
