import type { ContainerRuntimeClient } from 'testcontainers';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import { wallClock } from '../../../src/kernel/wall-clock.ts';
import { runCommand } from './command.ts';

/** The label by which everything of a run is found, and the one that Compose puts on a service's container. */
export const labels = { run: 'io.operator-lab.run', service: 'com.docker.compose.service' } as const;

/** A container as the engine describes it. */
export interface Container {
  readonly id: string;
  readonly service: string;
  readonly image: string;
  readonly status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** Its first process as the engine's host numbers it; 0 when it does not run. */
  readonly pid: number;
  /** Its address in the cluster's network; empty when it does not run. */
  readonly address: string;
  /** Ports of this machine by the container's port. */
  readonly published: ReadonlyMap<number, number>;
  /** Where the engine's host keeps what is mounted at a path of the container. */
  readonly mounts: ReadonlyMap<string, string>;
  readonly nanoCpus: number;
  readonly memoryBytes: number;
}

/** What a run has in the engine. */
export interface Belongings {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

type Dockerode = ContainerRuntimeClient['container']['dockerode'];

/** A Docker engine, as far as the lab needs it. */
export class Engine {
  readonly #docker: Dockerode;
  /** The name or address by which published ports are reached. */
  readonly host: string;
  readonly version: string;

  constructor(client: ContainerRuntimeClient) {
    this.#docker = client.container.dockerode;
    this.host = client.info.containerRuntime.host;
    this.version = String(client.info.containerRuntime.serverVersion);
  }

  /** The engine's API, for what the methods below leave out. */
  get api(): Dockerode {
    return this.#docker;
  }

  /** Throws when no engine answers any more. */
  async ping(): Promise<void> {
    await this.#docker.ping();
  }

  async hasImage(image: string): Promise<boolean> {
    return this.#docker.getImage(image).inspect().then(
      () => true,
      (error: { statusCode?: number }) => {
        if (error.statusCode === 404) return false;
        throw error;
      },
    );
  }

  /** Every container of a run, whatever its state, in order of their services. */
  async containers(run: string): Promise<readonly Container[]> {
    const listed = await this.#docker.listContainers({ all: true, filters: { label: [`${labels.run}=${run}`] } });
    const all = await Promise.all(listed.map(({ Id }) => this.inspect(Id)));
    return all.toSorted((a, b) => (a.service < b.service ? -1 : 1));
  }

  async inspect(id: string): Promise<Container> {
    const { Id, State, Config, NetworkSettings, Mounts, HostConfig } = await this.#docker.getContainer(id).inspect();
    const ports = Object.entries(NetworkSettings.Ports ?? {}).flatMap(([port, bound]) => (bound?.[0] ? [[Number.parseInt(port, 10), Number(bound[0].HostPort)] as const] : []));
    return {
      id: Id,
      service: Config.Labels[labels.service] ?? Id.slice(0, 12),
      image: Config.Image,
      status: State.Status as Container['status'],
      exitCode: State.ExitCode,
      outOfMemory: State.OOMKilled,
      pid: State.Pid,
      address: Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '',
      published: new Map(ports),
      mounts: new Map(Mounts.map(({ Destination, Source }) => [Destination, Source])),
      nanoCpus: HostConfig.NanoCpus ?? 0,
      memoryBytes: HostConfig.Memory ?? 0,
    };
  }

  /** Address ranges of the engine's networks. */
  async subnets(): Promise<readonly string[]> {
    const networks = await this.#docker.listNetworks();
    return networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined ? [] : [Subnet])));
  }

  /** The end of what a container wrote, for a failure's sentence. */
  async lastLines(id: string, count: number): Promise<string> {
    const answer = await this.#docker.getContainer(id).logs({ stdout: true, stderr: true, tail: count, follow: false });
    return textOf(answer as unknown as Buffer);
  }

  /** Everything of a run that the engine still has. */
  async belongings(run: string): Promise<Belongings> {
    const filters = { label: [`${labels.run}=${run}`] };
    const [containers, networks, volumes] = await Promise.all([
      this.#docker.listContainers({ all: true, filters }),
      this.#docker.listNetworks({ filters }),
      this.#docker.listVolumes({ filters: filters as never }),
    ]);
    return { containers: containers.map(({ Id }) => Id), networks: networks.map(({ Id }) => Id), volumes: (volumes.Volumes ?? []).map(({ Name }) => Name) };
  }

  /** Removes everything of a run. What is gone already is as good as removed. */
  async removeAll(run: string): Promise<void> {
    // A client that was killed may have asked for something that the engine is still making.
    for (let round = 0, quiet = 0; quiet < 2; round++) {
      if (round === 40) throw new Error(`the engine does not let go of what ${run} left`);
      quiet = (await this.#removeThose(run)) ? 0 : quiet + 1;
      await wallClock.sleep(quiet < 2 ? 250 : 0);
    }
  }

  async #removeThose(run: string): Promise<boolean> {
    const { containers, networks, volumes } = await this.belongings(run);
    await Promise.all(containers.map((id) => gone(this.#docker.getContainer(id).remove({ force: true, v: true }))));
    await Promise.all(networks.map((id) => gone(this.#docker.getNetwork(id).remove())));
    await Promise.all(volumes.map((name) => gone(this.#docker.getVolume(name).remove())));
    return containers.length + networks.length + volumes.length > 0;
  }
}

/** The engine that the machine's own settings name, or why there is none. */
export async function findEngine(): Promise<Result<Engine>> {
  // Loaded late: it brings in a good deal, which a command that starts no container need not wait for.
  const { getContainerRuntimeClient } = await import('testcontainers');
  try {
    const engine = new Engine(await getContainerRuntimeClient());
    await engine.ping();
    return ok(engine);
  } catch {
    return noEngine();
  }
}

/** Whether the client finds an engine says which of the two is missing: the engine, or the way to it. */
async function noEngine(): Promise<Result<never>> {
  const { code, missing } = await runCommand(['docker', 'version', '--format', '{{.Server.Version}}']);
  if (missing) return failed('LAB_NO_DOCKER', 'Docker is not installed', 'Install Docker with Compose v2, or use another kind of cluster');
  if (code === 0) return failed('LAB_NO_ENGINE', 'a Docker engine answers the docker client, but not where testcontainers looks for it', 'Set DOCKER_HOST, and TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1 where the engine runs beside the lab; DEBUG=testcontainers* says more');
  const where = process.env['DOCKER_HOST'];
  return failed('LAB_NO_ENGINE', `no Docker engine answers${where === undefined ? '' : ` at ${where}`}`, 'Start Docker, or point DOCKER_HOST at a running engine');
}

async function gone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    // 404: it is gone; 409: somebody else is removing it at this moment.
    const { statusCode } = error as { statusCode?: number };
    if (statusCode !== 404 && statusCode !== 409) throw error;
  }
}

/** The engine sends both streams in one, in pieces with a header of eight bytes: stream, three zeros, length. */
function textOf(frames: Buffer): string {
  const pieces: string[] = [];
  for (let at = 0; at + 8 <= frames.length; ) {
    const length = frames.readUInt32BE(at + 4);
    pieces.push(frames.toString('utf8', at + 8, at + 8 + length));
    at += 8 + length;
  }
  return pieces.join('');
}
