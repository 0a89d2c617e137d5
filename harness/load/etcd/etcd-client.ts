import { status, type Client, type ServiceError } from '@grpc/grpc-js';
import type { Clock, Millis } from '../../../src/kernel/clock.ts';
import { Random } from '../../../src/kernel/random.ts';
import type { Failure } from '../../../src/kernel/result.ts';
import { BalancedChannels } from '../balanced-channels.ts';
import type { Outcome, Requester, RequesterOptions } from '../requester.ts';
import { call, codeName, serviceOf } from '../rpc.ts';

/** An application's patience; the client library itself has none of its own. */
const requestTimeoutMs: Millis = 5_000;
/** The library's own numbers: it waits 25 ms, plus or minus a tenth, each time it has asked a quorum, and gives up after 100 attempts. */
const retryWaitMs: Millis = 25;
const retryJitter = 0.1;
const attemptsMax = 100;

/**
 * A client of etcd with the manners of its Go client: members in turn, requests wait for a connection, reads are repeated
 * elsewhere when a member is unavailable, writes are not (they may have happened). Reads are linearizable. No keepalive.
 */
export class EtcdClient implements Requester {
  readonly #channels: BalancedChannels;
  readonly #quorum: number;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #endpoints: readonly string[];

  constructor({ endpoints, seed }: RequesterOptions, clock: Clock) {
    this.#channels = new BalancedChannels(serviceOf('etcdserverpb.proto', 'etcdserverpb.KV'), endpoints, { clock });
    this.#endpoints = endpoints;
    this.#quorum = Math.floor(endpoints.length / 2) + 1;
    this.#clock = clock;
    this.#random = Random.fromSeed(seed).fork('etcd');
  }

  async connect(withinMs: Millis): Promise<Failure | undefined> {
    if (await this.#channels.ready(this.#clock.now() + withinMs)) return undefined;
    return { code: 'LAB_LOAD_CONNECT', because: `no etcd member of ${this.#endpoints.join(', ')} took a connection within ${withinMs / 1000} s`, advice: 'check that these addresses are the members\' client addresses' };
  }

  read = (key: Buffer): Promise<Outcome> => this.#do('Range', { key, serializable: false }, attemptsMax);

  write = (key: Buffer, value: Buffer): Promise<Outcome> => this.#do('Put', { key, value }, 1);

  async #do(method: 'Range' | 'Put', request: object, attempts: number): Promise<Outcome> {
    const deadlineMs = this.#clock.now() + requestTimeoutMs;
    for (let attempt = 0; ; attempt++) {
      if (attempt > 0 && attempt % this.#quorum === 0) await this.#clock.sleep(retryWaitMs * this.#random.between(1 - retryJitter, 1 + retryJitter));
      const client = await this.#channels.ready(deadlineMs);
      if (!client) return { code: 'DEADLINE_EXCEEDED', retries: attempt };
      const error = await this.#ask(client, method, { request, deadlineMs });
      if (!error) return { code: 'ok', retries: attempt };
      if (error.code !== status.UNAVAILABLE || attempt + 1 >= attempts || this.#clock.now() >= deadlineMs) return { code: codeName(error), retries: attempt };
    }
  }

  async #ask(client: Client, method: string, asked: { readonly request: object; readonly deadlineMs: Millis }): Promise<ServiceError | undefined> {
    const answer = await call(client, method, asked);
    return answer.ok ? undefined : answer.error;
  }

  [Symbol.dispose](): void {
    this.#channels[Symbol.dispose]();
  }
}
