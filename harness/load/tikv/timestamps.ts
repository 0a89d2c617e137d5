import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { Clock, Millis } from '../../../src/kernel/clock.ts';
import type { SideReport } from '../requester.ts';
import type { PdClient } from './pd-client.ts';

/** Ten timestamps a second, one at a time. */
const everyMs: Millis = 100;
/** The Go client's time limit for one timestamp. */
const answerWithinMs: Millis = 3_000;

interface Following {
  readonly pd: PdClient;
  readonly clock: Clock;
  readonly report: SideReport;
  readonly signal: AbortSignal;
}

interface TsoAnswer {
  readonly timestamp: object | null;
  readonly header: { readonly error: { readonly type: string } | null } | null;
}

type Stream = ClientDuplexStream<object, TsoAnswer>;

/** Keeps a stream of timestamps open to PD's leader and asks it regularly, as transactions would; a stream that fails is opened to whoever leads then. */
export async function followTimestamps({ pd, clock, report, signal }: Following): Promise<void> {
  let stream: Stream | undefined;
  while (!signal.aborted) {
    const startMs = clock.now();
    stream ??= await open(pd);
    const good: boolean = stream !== undefined && (await oneTimestamp(stream, { pd, clock }));
    if (signal.aborted) break;
    report('tso', { ok: good, tookMs: clock.now() - startMs });
    if (!good) {
      stream?.cancel();
      stream = undefined;
      pd.doubt();
    }
    await clock.sleep(Math.max(1, startMs + everyMs - clock.now()), signal).catch(() => {});
  }
  stream?.cancel();
}

async function open(pd: PdClient): Promise<Stream | undefined> {
  const leader = await pd.leader();
  if (!leader.ok) return undefined;
  const stream = (leader.value.client as unknown as { Tso: () => Stream }).Tso();
  // Every way to end is seen by whoever waits for an answer; this one keeps it from ending the program.
  stream.on('error', () => {});
  return stream;
}

async function oneTimestamp(stream: Stream, { pd, clock }: Pick<Following, 'pd' | 'clock'>): Promise<boolean> {
  const leader = await pd.leader();
  if (!leader.ok) return false;
  const done = new AbortController();
  let settle: (good: boolean) => void = () => {};
  const answered = new Promise<boolean>((resolve) => (settle = resolve));
  const onData = ({ timestamp, header }: TsoAnswer) => settle(timestamp !== null && (header?.error?.type ?? 'OK') === 'OK');
  const onEnd = () => settle(false);
  stream.on('data', onData).on('error', onEnd).on('end', onEnd).on('close', onEnd);
  stream.write({ header: leader.value.header, count: 1 });
  const good = await Promise.race([answered, clock.sleep(answerWithinMs, done.signal).then(() => false, () => false)]);
  done.abort();
  stream.off('data', onData).off('error', onEnd).off('end', onEnd).off('close', onEnd);
  return good;
}
