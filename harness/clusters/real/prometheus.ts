import type { Clock, Millis } from '../../../src/kernel/clock.ts';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { Transport } from '../../../src/ports/http.ts';
import { httpTransport } from '../../../src/ports/undici-transport.ts';
import { MetricCopy } from './metric-copy.ts';
import { instanceOf } from './node.ts';
import { repeat } from './repeat.ts';
import type { Watch } from './watch.ts';

const timeoutMs: Millis = 10_000;
/** Prometheus keeps what it scraped, so copying seldom loses nothing but what dies with it. */
const copyEveryMs: Millis = 20_000;

/** A real Prometheus beside a cluster: operators ask it, and the recording is copied from it. */
export class BesidePrometheus {
  /** How operators ask. */
  readonly transport: Transport;
  readonly #copy: MetricCopy;
  readonly #clock: Clock;
  readonly #jobs: number;

  constructor(url: URL, watch: Watch, clock: Clock) {
    this.transport = httpTransport(url, { timeoutMs });
    const targets = watch.nodes.map((node) => ({ job: node.spec.job, instance: instanceOf(node) }));
    this.#copy = new MetricCopy(watch.metrics, { transport: this.transport, targets, fromMs: clock.now() });
    this.#clock = clock;
    this.#jobs = targets.length;
  }

  /** Copies what was scraped, now and then, until the signal. */
  follow(signal: AbortSignal): Promise<void> {
    return repeat(this.#clock, { everyMs: copyEveryMs, signal }, () => this.#copy.upTo(this.#clock.now()));
  }

  /** Copies the rest, with types and help texts. */
  async finish(): Promise<void> {
    await this.#copy.upTo(this.#clock.now());
    await this.#copy.describe();
  }

  /** Whether every page was asked for at least once, so that nobody takes a young Prometheus for a blind one. */
  async hasAskedAll(): Promise<Result<void>> {
    const answer = await this.transport({ method: 'GET', path: '/api/v1/query', query: { query: 'count(up)' } });
    if (!answer.ok) return answer;
    const asked = Number(/"value":\[[^,]*,"(\d+)"/.exec(answer.value.body)?.[1] ?? 0);
    return asked >= this.#jobs ? ok(undefined) : failed('LAB_NOT_SCRAPED', `Prometheus has asked ${asked} of ${this.#jobs} nodes`);
  }
}
