import { fileURLToPath } from 'node:url';
import { credentials, loadPackageDefinition, Metadata, status, type Client, type ChannelOptions, type ServiceError, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const protoFolder = fileURLToPath(new URL('./protos/', import.meta.url));

const loaded = new Map<string, ReturnType<typeof loadPackageDefinition>>();

/** Reads one of the proto files beside this one: 64-bit numbers as strings, absent messages as null, the field names as they are written. */
function loadProto(file: string): ReturnType<typeof loadPackageDefinition> {
  const known = loaded.get(file);
  if (known) return known;
  const made = loadPackageDefinition(loadSync(file, { includeDirs: [protoFolder], keepCase: true, longs: String, enums: String, defaults: true, arrays: true }));
  loaded.set(file, made);
  return made;
}

/** The client class of a service, e.g. `etcdserverpb.KV`. */
export function serviceOf(file: string, name: string): ServiceClientConstructor {
  const path = name.split('.');
  return path.reduce<unknown>((here, word) => (here as Record<string, unknown>)[word], loadProto(file)) as ServiceClientConstructor;
}

/** A plain connection of its own to one address: no proxy of the machine stands between, and no other client shares it. */
export function clientTo(service: ServiceClientConstructor, address: string, options: ChannelOptions = {}): Client {
  return new service(address, credentials.createInsecure(), { 'grpc.enable_http_proxy': 0, 'grpc.use_local_subchannel_pool': 1, 'grpc.max_receive_message_length': -1, ...options });
}

/** The answer to one call, or the error that gRPC made of it. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ServiceError };

type Method = (request: object, metadata: Metadata, options: { deadline: number }, callback: (error: ServiceError | null, value: unknown) => void) => unknown;

/** Makes one unary call; the deadline is an instant. */
export function call<T>(client: Client, method: string, { request, deadlineMs }: { readonly request: object; readonly deadlineMs: number }): Promise<Answer<T>> {
  return new Promise((resolve) => {
    (client as unknown as Record<string, Method>)[method]!.call(client, request, new Metadata(), { deadline: deadlineMs }, (error, value) => {
      resolve(error ? { ok: false, error } : { ok: true, value: value as T });
    });
  });
}

/** gRPC's name of a status, e.g. `UNAVAILABLE`. */
export const codeName = (error: Pick<ServiceError, 'code'>): string => status[error.code] ?? `CODE_${error.code}`;
