// A program of its own, since a namespace belongs to a process: tries to connect and prints what came back.
import { connect } from 'node:net';
import { stopwatch, wallClock } from '../../../src/kernel/wall-clock.ts';
import type { Attempt } from './reach.ts';

const [targets = '[]', withinMs = '1000'] = process.argv.slice(2);

function attempt({ host, port }: { host: string; port: number }): Promise<Attempt> {
  const elapsed = stopwatch();
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answered: boolean) => {
      socket.destroy();
      resolve({ answered, tookMs: elapsed() });
    };
    socket.once('connect', () => end(true));
    // A refusal is an answer too: somebody's kernel has spoken.
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET'));
    void wallClock.sleep(Number(withinMs)).then(() => end(false));
  });
}

const attempts = await Promise.all((JSON.parse(targets) as { host: string; port: number }[]).map(attempt));
process.stdout.write(JSON.stringify(attempts), () => process.exit(0));
