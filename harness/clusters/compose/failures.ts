import type { Failure } from '../../../src/kernel/result.ts';
import { LabError } from '../../../src/kernel/result.ts';
import { noImage } from './survey.ts';

/** One kind of trouble: how the engine or Compose spells it, and what the lab says instead. */
interface Trouble {
  readonly spelt: RegExp;
  readonly say: (match: RegExpExecArray) => Failure;
}

const troubles: readonly Trouble[] = [
  {
    spelt: /(?:Bind for|listen tcp4?) ([\d.:[\]]+?)(?: failed)?: (?:port is already allocated|bind: address already in use)/,
    say: ([, address = '']) => ({ code: portTakenCode, because: `port ${address.split(':').at(-1)} of this machine is taken`, advice: 'End what listens there, or leave its LAB_PORT_… variable away to get a free one' }),
  },
  {
    spelt: /no space left on device|disk quota exceeded/i,
    say: () => ({ code: 'LAB_DISK_FULL', because: 'the disk that the Docker engine writes to is full', advice: 'Make room there (`docker system df` says what it holds) and run it again' }),
  },
  {
    spelt: /(?:pull access denied for|manifest for|No such image:|failed to resolve reference "?|manifest unknown: .*?) ?"?([\w./:@-]+)/i,
    say: ([, image = '']) => noImage(image),
  },
  {
    spelt: /Pool overlaps with other one/,
    say: () => ({ code: overlapCode, because: 'another network took the addresses of this run at the same moment', advice: 'Run it again' }),
  },
  {
    spelt: /Cannot connect to the Docker daemon|ECONNREFUSED|ECONNRESET|ENOENT.*sock|connection refused|socket hang up|error during connect/i,
    say: () => ({ code: 'LAB_ENGINE_GONE', because: 'the Docker engine stopped answering', advice: 'Start it again, then `lab clean` removes what this run left in it' }),
  },
];

/** The code of a port on which somebody else listens. */
export const portTakenCode = 'LAB_PORT_TAKEN';

/** The code of two networks with the same addresses: worth another attempt with others. */
export const overlapCode = 'LAB_NETWORK_OVERLAP';

/** The code of a failure that nobody foresaw. */
export const unforeseen = 'LAB_COMPOSE';

/** What the engine or Compose said, as a cause and what to do about it. */
export function engineFailure(error: unknown): Failure {
  const text = textOf(error);
  for (const { spelt, say } of troubles) {
    const match = spelt.exec(text);
    if (match) return say(match);
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return { code: unforeseen, because: `docker compose failed: ${(lines.at(-1) ?? 'it said nothing').trim().slice(0, 300)}` };
}

/** What the world said no to while a cluster started; undefined for a bug. */
export function failureOf(error: unknown, signal: AbortSignal): Failure | undefined {
  if (signal.aborted) return { code: 'LAB_INTERRUPTED', because: 'stopped by the user while the cluster was starting' };
  if (error instanceof LabError) return error.failure;
  // Errors of the engine's API carry a status, those of the system the call that failed.
  const { statusCode, syscall } = error as { statusCode?: number; syscall?: string };
  return statusCode === undefined && syscall === undefined ? undefined : engineFailure(error);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return [code, error.message, error.cause === undefined ? undefined : textOf(error.cause)].filter((each) => each !== undefined).join(' ');
}
