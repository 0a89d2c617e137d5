import { status, type ChannelOptions, type Client } from '@grpc/grpc-js';
import type { Clock, Millis } from '../../../src/kernel/clock.ts';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import { call, clientTo, codeName, serviceOf } from '../rpc.ts';
import type { PdHeader, PdMember, Peer, Region } from './kvproto.ts';

/** The Go client's time limit for one question to PD. */
const requestTimeoutMs: Millis = 3_000;
/** How often the leader may be looked for: a member that failed is not a reason to ask all of them at once, a thousand times. */
const lookAgainMs: Millis = 100;
/** Without trouble, the members are read again this often. */
const refreshMs: Millis = 60_000;

const service = serviceOf('pdpb.proto', 'pdpb.PD');

interface Members {
  readonly header: PdHeader | null;
  readonly members: readonly PdMember[];
  readonly leader: PdMember | null;
}

/** PD as its Go client talks to it: members are learned from any of them, questions go to the leader, and a failure sends it to look for a new one. */
export class PdClient implements Disposable {
  readonly #clock: Clock;
  readonly #options: ChannelOptions;
  readonly #clients = new Map<string, Client>();
  #addresses: readonly string[];
  #leader: string | undefined;
  #clusterId = '0';
  #lookedMs = -Infinity;
  #looking: Promise<Result<string>> | undefined;

  constructor(endpoints: readonly string[], { clock, options }: { readonly clock: Clock; readonly options: ChannelOptions }) {
    this.#addresses = endpoints;
    this.#clock = clock;
    this.#options = options;
  }

  /** The region that holds a key, and its leader as PD knows it. */
  async region(key: Buffer): Promise<Result<{ readonly region: Region; readonly leader: Peer | null }>> {
    const answer = await this.#ask<{ header: PdHeader; region: Region | null; leader: Peer | null }>('GetRegion', { region_key: key });
    if (!answer.ok) return answer;
    const { region, leader } = answer.value;
    return region ? ok({ region, leader }) : failed('LAB_PD_REGION', 'PD knows no region for this key');
  }

  /** Where a store listens. */
  async storeAddress(id: string): Promise<Result<string>> {
    const answer = await this.#ask<{ header: PdHeader; store: { address: string; state: string } | null }>('GetStore', { store_id: id });
    if (!answer.ok) return answer;
    const { store } = answer.value;
    return store && store.state !== 'Tombstone' ? ok(store.address) : failed('LAB_PD_STORE', `PD knows no store ${id}`);
  }

  /** The leader's connection, for a stream of timestamps, and what each request's header holds. */
  async leader(): Promise<Result<{ readonly client: Client; readonly header: { readonly cluster_id: string } }>> {
    if (this.#leader === undefined || this.#clock.now() - this.#lookedMs > refreshMs) {
      const found = await this.look();
      if (!found.ok) return found;
    }
    return ok({ client: this.#clientTo(this.#leader!), header: { cluster_id: this.#clusterId } });
  }

  /** The leader is to be looked for before it is asked again. */
  doubt(): void {
    this.#leader = undefined;
  }

  /** Asks the members who leads; many callers share one search. */
  look(): Promise<Result<string>> {
    this.#looking ??= this.#lookOnce().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #ask<T extends { readonly header: PdHeader | null }>(method: string, request: object): Promise<Result<T>> {
    const leader = await this.leader();
    if (!leader.ok) return leader;
    const answer = await call<T>(leader.value.client, method, { request: { header: leader.value.header, ...request }, deadlineMs: this.#clock.now() + requestTimeoutMs });
    if (!answer.ok) {
      this.doubt();
      return failed('LAB_PD_RPC', `${method}: ${codeName(answer.error)}`);
    }
    const error = answer.value.header?.error;
    return error && error.type !== 'OK' ? failed('LAB_PD_ERROR', `${method}: ${error.message}`) : ok(answer.value);
  }

  async #lookOnce(): Promise<Result<string>> {
    const againMs = this.#lookedMs + lookAgainMs - this.#clock.now();
    if (againMs > 0) await this.#clock.sleep(againMs);
    this.#lookedMs = this.#clock.now();
    const said: string[] = [];
    for (const address of this.#addresses) {
      const answer = await call<Members>(this.#clientTo(address), 'GetMembers', { request: {}, deadlineMs: this.#clock.now() + requestTimeoutMs });
      const found = answer.ok ? this.#learn(answer.value) : undefined;
      if (found) return ok(found);
      said.push(`${address}: ${answer.ok ? 'knows no leader' : answer.error.code === status.DEADLINE_EXCEEDED ? 'no answer in time' : answer.error.details}`);
    }
    return failed('LAB_PD_LEADER', `no PD member names a leader (${said.join('; ')})`);
  }

  #learn({ header, members, leader }: Members): string | undefined {
    const url = leader?.client_urls[0];
    if (url === undefined || (header?.error && header.error.type !== 'OK')) return undefined;
    this.#clusterId = header?.cluster_id ?? '0';
    const known = members.flatMap((member) => member.client_urls.slice(0, 1).map(hostOf));
    if (known.length > 0) this.#addresses = known;
    return (this.#leader = hostOf(url));
  }

  #clientTo(address: string): Client {
    let client = this.#clients.get(address);
    if (!client) this.#clients.set(address, (client = clientTo(service, address, this.#options)));
    return client;
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients.values()) client.close();
  }
}

const hostOf = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '');
