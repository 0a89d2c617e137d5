import { Server, ServerCredentials, status, type ServerDuplexStream, type ServiceDefinition, type UntypedServiceImplementation, type handleUnaryCall } from '@grpc/grpc-js';
import { serviceOf } from '../rpc.ts';

/** A region of the stand-in: it knows who leads, and whether the others know it too. */
export interface StandInRegion {
  id: string;
  start: string;
  end: string;
  version: number;
  leaderStore: string | undefined;
  hidesLeader?: boolean;
}

interface Refusing {
  refusal: object;
  times: number;
}

type Asked = { readonly context: { readonly region_id: string; readonly region_epoch: { readonly version: string } }; readonly key: Buffer; readonly value?: Buffer };

/** PD and TiKV as far as the raw client sees them: real gRPC on loopback, a key-value map behind it. */
export class StandIn implements AsyncDisposable {
  readonly regions: StandInRegion[] = [{ id: '2', start: '', end: '', version: 1, leaderStore: '1' }];
  readonly data = new Map<string, Buffer>();
  readonly asked = { pd: [] as string[], stores: [] as string[] };
  /** Refusals that a store gives before it thinks, oldest first. */
  readonly refusing = new Map<string, Refusing[]>();
  pdLeader = 0;
  readonly #stores = new Map<string, { server: Server; address: string }>();
  readonly #pds: { server: Server; address: string }[] = [];
  readonly #streams = new Set<ServerDuplexStream<object, object>>();

  static async start(stores = 3, pds = 2): Promise<StandIn> {
    const standIn = new StandIn();
    for (let i = 0; i < pds; i++) standIn.#pds.push(await serve('pdpb.proto', 'pdpb.PD', standIn.#pd(i)));
    for (let i = 1; i <= stores; i++) await standIn.startStore(String(i));
    return standIn;
  }

  get endpoints(): string[] {
    return this.#pds.map(({ address }) => address);
  }

  async startStore(id: string, address?: string): Promise<void> {
    this.#stores.set(id, await serve('tikvpb.proto', 'tikvpb.Tikv', { RawGet: this.#raw(id), RawPut: this.#raw(id) }, address));
  }

  /** As if it were killed: connections are reset, the port refuses. Returns the address, for a restart. */
  killStore(id: string): string {
    const store = this.#stores.get(id);
    store?.server.forceShutdown();
    return store?.address ?? '';
  }

  killPd(index: number): void {
    this.#pds[index]?.server.forceShutdown();
  }

  refuse(store: string, refusal: object, times = 1): void {
    this.refusing.set(store, [...(this.refusing.get(store) ?? []), { refusal, times }]);
  }

  /** The streams of timestamps end, as they do when PD's leader steps down. */
  endStreams(): void {
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { server } of [...this.#pds, ...this.#stores.values()]) server.forceShutdown();
  }

  #regionMessage({ id, start, end, version }: StandInRegion): object {
    const peers = [...this.#stores.keys()].map((store) => ({ id: peerId(id, store), store_id: store }));
    return { id, start_key: Buffer.from(start), end_key: Buffer.from(end), region_epoch: { conf_ver: '1', version: String(version) }, peers };
  }

  #leaderOf({ id, leaderStore }: StandInRegion): object | null {
    return leaderStore === undefined ? null : { id: peerId(id, leaderStore), store_id: leaderStore };
  }

  #at(key: string): StandInRegion | undefined {
    return this.regions.find(({ start, end }) => start <= key && (end === '' || key < end));
  }

  #raw(store: string): handleUnaryCall<Asked, object> {
    return ({ request }, answer) => {
      this.asked.stores.push(store);
      const refusal = this.#refusalOf(store, request);
      if (refusal) return answer(null, { region_error: { message: 'refused', ...refusal } });
      const key = request.key.toString();
      // A read has no value of its own; proto3 gives it an empty one.
      if (request.value !== undefined) this.data.set(key, request.value);
      answer(null, { value: this.data.get(key), not_found: !this.data.has(key) });
    };
  }

  #refusalOf(store: string, { context, key }: Asked): object | undefined {
    const waiting = this.refusing.get(store)?.find(({ times }) => times > 0);
    if (waiting) return waiting.times--, waiting.refusal;
    const region = this.#at(key.toString());
    if (!region || context.region_id !== region.id || Number(context.region_epoch.version) !== region.version) {
      return { epoch_not_match: { current_regions: this.regions.map((each) => this.#regionMessage(each)) } };
    }
    if (region.leaderStore === store) return undefined;
    return { not_leader: { region_id: region.id, leader: region.hidesLeader ? null : this.#leaderOf(region) } };
  }

  #pd(index: number): UntypedServiceImplementation {
    const header = { cluster_id: '7466' };
    const leads = () => this.pdLeader === index;
    const member = (i: number) => ({ name: `pd-${i}`, client_urls: [`http://${this.#pds[i]?.address}`] });
    const asLeader = (what: string, reply: (request: never) => object): handleUnaryCall<never, object> => ({ request }, answer) => {
      this.asked.pd.push(`${what}@${index}`);
      if (leads()) answer(null, { header, ...reply(request) });
      else answer({ code: status.UNAVAILABLE, details: 'not leader' });
    };
    return {
      GetMembers: ((_, answer) => answer(null, { header, members: this.#pds.map((__, i) => member(i)), leader: this.pdLeader < 0 ? null : member(this.pdLeader) })) as handleUnaryCall<never, object>,
      GetRegion: asLeader('GetRegion', ({ region_key }: { region_key: Buffer }) => {
        const region = this.#at(region_key.toString());
        return region ? { region: this.#regionMessage(region), leader: this.#leaderOf(region) } : {};
      }),
      GetStore: asLeader('GetStore', ({ store_id }: { store_id: string }) => ({ store: { id: store_id, address: this.#stores.get(store_id)?.address } })),
      Tso: (stream: ServerDuplexStream<object, object>) => {
        this.#streams.add(stream);
        stream.on('data', () => (leads() ? stream.write({ header, count: 1, timestamp: { physical: '1', logical: '1' } }) : stream.end()));
        stream.on('error', () => {}).on('end', () => stream.end());
      },
    } as unknown as UntypedServiceImplementation;
  }
}

const peerId = (region: string, store: string): string => `${region}0${store}`;

async function serve(file: string, name: string, handlers: UntypedServiceImplementation, address = '127.0.0.1:0'): Promise<{ server: Server; address: string }> {
  const server = new Server();
  server.addService(serviceOf(file, name).service as ServiceDefinition, handlers);
  const port = await new Promise<number>((resolve, reject) => server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))));
  return { server, address: `127.0.0.1:${port}` };
}
