import { connectivityState, type ChannelOptions, type Client, type ServiceClientConstructor } from '@grpc/grpc-js';
import type { Clock, Millis } from '../../src/kernel/clock.ts';
import { clientTo } from './rpc.ts';

/** How often a request without a connection looks again, and idle connections are made to reconnect. */
const lookAgainMs: Millis = 20;

/**
 * One connection for each address, taken in turn among those that are up: what gRPC calls `round_robin`. A connection
 * that is lost is made again by itself, with gRPC's back-off; a request waits while none is up.
 */
export class BalancedChannels implements Disposable {
  readonly #clients: readonly Client[];
  readonly #clock: Clock;
  #turn = 0;

  constructor(service: ServiceClientConstructor, addresses: readonly string[], { clock, options }: { readonly clock: Clock; readonly options?: ChannelOptions }) {
    this.#clients = addresses.map((address) => clientTo(service, address, options));
    this.#clock = clock;
  }

  /** A connection that is up, or undefined when none is until the deadline. */
  async ready(deadlineMs: Millis): Promise<Client | undefined> {
    for (;;) {
      const up = this.#next();
      if (up) return up;
      if (this.#clock.now() >= deadlineMs) return undefined;
      await this.#clock.sleep(Math.min(lookAgainMs, Math.max(1, deadlineMs - this.#clock.now())));
    }
  }

  #next(): Client | undefined {
    let found: Client | undefined;
    const start = this.#turn;
    for (let i = 0; i < this.#clients.length; i++) {
      const index = (start + i) % this.#clients.length;
      const client = this.#clients[index];
      // Asking also wakes a connection that has gone idle, whether or not it is needed this time.
      const state = client?.getChannel().getConnectivityState(true);
      if (found || state !== connectivityState.READY) continue;
      found = client;
      this.#turn = index + 1;
    }
    return found;
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients) client.close();
  }
}
