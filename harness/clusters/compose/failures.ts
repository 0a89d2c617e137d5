import { failed, type Result } from '../../../src/kernel/result.ts';
import { noImage } from './survey.ts';

/** One kind of trouble: how the engine or Compose spells it, and what the lab says instead. */
interface Trouble {
  readonly spelt: RegExp;
  readonly say: (match: RegExpExecArray) => Result<never>;
}

const troubles: readonly Trouble[] = [
  {
    spelt: /(?:Bind for|listen tcp4?) ([\d.:[\]]+?)(?: failed)?: (?:port is already allocated|bind: address already in use)/,
    say: ([, address = '']) => failed('LAB_PORT_TAKEN', `port ${address.split(':').at(-1)} of this machine is taken`, 'end what listens there, or leave its LAB_PORT_… variable away to get a free one'),
  },
  {
    spelt: /no space left on device|disk quota exceeded/i,
    say: () => failed('LAB_DISK_FULL', 'the disk that the Docker engine writes to is full', 'make room there (`docker system df` says what it holds) and run it again'),
  },
  {
    spelt: /(?:pull access denied for|manifest for|No such image:|failed to resolve reference "?|manifest unknown: .*?) ?"?([\w./:@-]+)/i,
    say: ([, image = '']) => ({ ok: false, failure: noImage(image) }),
  },
  {
    spelt: /Pool overlaps with other one/,
    say: () => failed(overlapCode, 'another network took the addresses of this run at the same moment', 'run it again'),
  },
  {
    spelt: /Cannot connect to the Docker daemon|ECONNREFUSED|ECONNRESET|ENOENT.*sock|connection refused|socket hang up|error during connect|EOF$/i,
    say: () => failed('LAB_ENGINE_GONE', 'the Docker engine stopped answering', 'start it again, then `lab clean` removes what this run left in it'),
  },
];

/** The code of two networks with the same addresses: worth another attempt with others. */
export const overlapCode = 'LAB_NETWORK_OVERLAP';

/** What the engine or Compose said, as a cause and what to do about it. */
export function engineFailure(error: unknown): Result<never> {
  const text = textOf(error);
  for (const { spelt, say } of troubles) {
    const match = spelt.exec(text);
    if (match) return say(match);
  }
  const lines = text.trim().split('\n').filter((line) => line.trim() !== '');
  return failed('LAB_COMPOSE', `docker compose failed: ${(lines.at(-1) ?? 'it said nothing').trim().slice(0, 300)}`);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return [code, error.message, error.cause === undefined ? undefined : textOf(error.cause)].filter((each) => each !== undefined).join(' ');
}
