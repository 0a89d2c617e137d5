import type { Clock, Millis } from '../../../src/kernel/clock.ts';
import { Random } from '../../../src/kernel/random.ts';
import { failed, ok, type Failure, type Result } from '../../../src/kernel/result.ts';
import { keyAt } from '../keys.ts';
import type { Outcome, Requester, RequesterOptions, SideReport } from '../requester.ts';
import { call, codeName, type Answer } from '../rpc.ts';
import { Backoff } from './backoff.ts';
import { refusalOf, type Peer, type RawAnswer } from './kvproto.ts';
import { PdClient } from './pd-client.ts';
import { Refusals } from './refusals.ts';
import { RegionCache, type CachedRegion } from './region-cache.ts';
import { Round } from './round.ts';
import { Stores } from './stores.ts';
import { followTimestamps } from './timestamps.ts';

/** The Go client's time limit for one attempt of a raw read or write. */
const attemptTimeoutMs: Millis = 30_000;

/** The Go client's connections: a silent one is given up after 10 + 3 s, a refused one is tried again within 3 s. */
const channelOptions = { 'grpc.keepalive_time_ms': 10_000, 'grpc.keepalive_timeout_ms': 3_000, 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 3_000 };

interface Attempt {
  readonly round: Round;
  readonly peer: Peer;
  readonly backoff: Backoff;
}

/** A client of TiKV's raw API with the manners of its Go client: a region cache filled by PD, other peers tried when a leader fails, a budget of back-off. */
export class TikvClient implements Requester {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #pd: PdClient;
  readonly #stores: Stores;
  readonly #cache = new RegionCache();
  readonly #refusals: Refusals;
  readonly #locating = new Map<string, Promise<Result<CachedRegion>>>();
  readonly #stop = new AbortController();

  constructor({ endpoints, seed }: RequesterOptions, clock: Clock) {
    this.#clock = clock;
    this.#random = Random.fromSeed(seed).fork('tikv');
    this.#pd = new PdClient(endpoints, { clock, options: channelOptions });
    this.#stores = new Stores(this.#pd, channelOptions);
    this.#refusals = new Refusals({ cache: this.#cache, stores: this.#stores });
  }

  async connect(withinMs: Millis): Promise<Failure | undefined> {
    const deadlineMs = this.#clock.now() + withinMs;
    for (;;) {
      const region = await this.#locate(keyAt(0));
      if (region.ok) return undefined;
      if (this.#clock.now() >= deadlineMs) return { code: 'LAB_LOAD_CONNECT', because: `PD did not say where the data is: ${region.failure.because}`, advice: "check that these addresses are PD's client addresses" };
      await this.#clock.sleep(200);
    }
  }

  read = (key: Buffer): Promise<Outcome> => this.#do('RawGet', key, { key });

  write = (key: Buffer, value: Buffer): Promise<Outcome> => this.#do('RawPut', key, { key, value });

  accompany = (report: SideReport): void => void followTimestamps({ pd: this.#pd, clock: this.#clock, report, signal: this.#stop.signal });

  async #do(method: 'RawGet' | 'RawPut', key: Buffer, request: object): Promise<Outcome> {
    const backoff = new Backoff(this.#clock, this.#random);
    let round: Round | undefined;
    let [attempts, reason] = [0, 'region_unavailable'];
    for (;;) {
      const located = await this.#locate(key);
      if (!located.ok) {
        if (await backoff.wait('pdRPC')) continue;
        return { code: 'pd_unavailable', retries: Math.max(0, attempts - 1) };
      }
      if (located.value !== round?.cached) round = new Round(located.value);
      const peer = round.next();
      if (!peer) {
        // Everybody was asked: what is remembered of this region is of no use any more.
        this.#cache.drop(round.cached);
        if (await backoff.wait('regionMiss')) continue;
        return { code: reason, retries: attempts - 1 };
      }
      attempts++;
      const { end, because } = await this.#attempt(method, request, { round, peer, backoff });
      if (end !== undefined) return { code: end, retries: attempts - 1 };
      reason = because ?? reason;
    }
  }

  /** One attempt: how the request ends, if it does, or why it is to be made again. */
  async #attempt(method: string, request: object, { round, peer, backoff }: Attempt): Promise<{ readonly end?: string | undefined; readonly because?: string }> {
    const client = await this.#stores.client(peer.store_id);
    if (!client.ok) return (await backoff.wait('pdRPC')) ? {} : { end: 'pd_unavailable' };
    const { id, region_epoch } = round.cached.region;
    const context = { region_id: id, region_epoch, peer };
    const answer: Answer<RawAnswer> = await call(client.value, method, { request: { context, ...request }, deadlineMs: this.#clock.now() + attemptTimeoutMs });
    if (!answer.ok) {
      round.unreachable(peer);
      this.#stores.doubt(peer.store_id);
      const code = codeName(answer.error);
      return (await backoff.wait('tikvRPC')) ? { because: code } : { end: code };
    }
    const { region_error: refused, error } = answer.value;
    if (refused) return { end: await this.#refusals.meet(refused, { round, peer, backoff }), because: refusalOf(refused) };
    round.cached.leader = peer;
    return { end: error === '' ? 'ok' : 'key_error' };
  }

  /** From memory, or from PD: requests that miss the same key range ask once. */
  async #locate(key: Buffer): Promise<Result<CachedRegion>> {
    const known = this.#cache.find(key);
    if (known) return ok(known);
    const name = key.toString('latin1');
    let locating = this.#locating.get(name);
    if (!locating) this.#locating.set(name, (locating = this.#askPd(key).finally(() => this.#locating.delete(name))));
    return locating;
  }

  async #askPd(key: Buffer): Promise<Result<CachedRegion>> {
    const answer = await this.#pd.region(key);
    if (!answer.ok) return answer;
    const cached = this.#cache.put(answer.value.region, answer.value.leader);
    return cached ? ok(cached) : failed('LAB_PD_REGION', 'PD knows no peer of this region');
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    this.#stores[Symbol.dispose]();
    this.#pd[Symbol.dispose]();
  }
}
