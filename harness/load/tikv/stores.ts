import type { ChannelOptions, Client } from '@grpc/grpc-js';
import { ok, type Result } from '../../../src/kernel/result.ts';
import { clientTo, serviceOf } from '../rpc.ts';
import type { PdClient } from './pd-client.ts';

const service = serviceOf('tikvpb.proto', 'tikvpb.Tikv');

/** Connections to stores. Where a store listens is asked of PD once, and again after it failed. */
export class Stores implements Disposable {
  readonly #pd: PdClient;
  readonly #options: ChannelOptions;
  readonly #addresses = new Map<string, string>();
  readonly #asking = new Map<string, Promise<Result<string>>>();
  readonly #clients = new Map<string, Client>();

  constructor(pd: PdClient, options: ChannelOptions) {
    this.#pd = pd;
    this.#options = options;
  }

  /** The connection to a store. */
  async client(storeId: string): Promise<Result<Client>> {
    const known = this.#addresses.get(storeId);
    const address = known === undefined ? await this.#ask(storeId) : ok(known);
    if (!address.ok) return address;
    let client = this.#clients.get(address.value);
    if (!client) this.#clients.set(address.value, (client = clientTo(service, address.value, this.#options)));
    return ok(client);
  }

  /** The store's address may have changed. Its connection stays, since it repairs itself where the address is the same. */
  doubt(storeId: string): void {
    this.#addresses.delete(storeId);
  }

  /** Many requests that wait for the same address ask once. */
  async #ask(storeId: string): Promise<Result<string>> {
    let asking = this.#asking.get(storeId);
    if (!asking) this.#asking.set(storeId, (asking = this.#pd.storeAddress(storeId).finally(() => this.#asking.delete(storeId))));
    const address = await asking;
    if (address.ok) this.#addresses.set(storeId, address.value);
    return address;
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients.values()) client.close();
  }
}
