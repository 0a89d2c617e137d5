import { defined } from '../../../../src/kernel/assert.ts';
import type { Millis } from '../../../../src/kernel/clock.ts';
import { nothing } from '../hosts/cpu.ts';
import type { Host } from '../hosts/host.ts';
import type { Process, Program } from '../hosts/process.ts';
import type { Entry } from '../journal.ts';
import type { World } from '../world.ts';
import { close, closedLines } from './closing.ts';
import { timeoutNowLine, transferStartsLines, votedLines, wonLines } from './etcd-lines.ts';
import { leaseLostLines, revokeMs, stoppedLines, unrevokedLines } from './leadership-lines.ts';
import { PdMetrics } from './metrics.ts';

/** A starting PD answers `server not started` for about a second. */
const startMs = 1_000;

/** One PD server with the etcd inside it: the program of one host. */
export class PdServer implements Program {
  readonly name: string;
  readonly host: Host;
  readonly process: Process;
  /** As etcd names members: decimal in JSON, hex in logs and metrics. */
  readonly memberId: bigint;
  ready = false;
  pausedMs: Millis = 0;
  /** When it was resumed the last time. */
  resumedMs: Millis = 0;
  /** Who sends it the regions. */
  syncsWith: PdServer | undefined;
  leaderChanges = 0;
  /** How often its process saw the wall clock go back. */
  timeJumps = 0;
  etcdTerm = 2;
  readonly #world: World;
  #metrics: PdMetrics | undefined;
  /** Whom its etcd followed last. */
  #etcdLeader: PdServer | undefined;
  /** It was told to stop. */
  #closing = false;
  /** Led when it was paused. */
  #led = false;

  constructor(world: World, host: Host) {
    this.#world = world;
    this.name = host.id;
    this.host = host;
    this.process = host.process;
    const random = world.random.fork(`member-${host.id}`);
    this.memberId = (BigInt(random.uint32()) << 32n) | BigInt(random.uint32());
    this.process.load(this);
  }

  /** The instruments of the process that runs, or of the last one that did. */
  get metrics(): PdMetrics {
    return defined(this.#metrics, `metrics of ${this.name}, which never started`);
  }

  get memberHex(): string {
    return this.memberId.toString(16);
  }

  get clientUrl(): string {
    return `http://${this.name}:2379`;
  }

  get peerUrl(): string {
    return `http://${this.name}:2380`;
  }

  started = (): void => {
    this.#metrics = new PdMetrics(this.#world, this);
    this.leaderChanges = 0;
    this.syncsWith = undefined;
    this.#etcdLeader = undefined;
    this.timeJumps = 0;
    this.#closing = false;
    this.log({ source: 'versioninfo.go:98', message: 'Welcome to Placement Driver (PD)' });
    this.process.after(startMs, this.#serve);
  };

  /** etcd reads and writes its log before it serves anybody. */
  readonly #serve = (): void => {
    if (this.#closing) return;
    if (this.host.disk.hung) return this.process.after(startMs, this.#serve);
    this.ready = true;
    this.#world.pd.members.joined(this);
  };

  terminated = (): void => {
    this.#closing = true;
    close(this, this.#world.pd.members, this.#world.pd.schedulers.started);
  };

  exited = (clean: boolean): void => {
    if (clean) this.logAll(closedLines(this));
    this.ready = false;
    this.host.cpu.demand(nothing);
    this.#world.pd.coordinator.stopped(this);
    this.#world.pd.members.lost(this, clean);
  };

  paused = (): void => {
    this.host.cpu.demand(nothing);
    this.pausedMs = this.#world.engine.nowMs;
    this.#led = this.#world.pd.members.believed === this;
    this.#world.pd.members.silent(this);
  };

  resumed = (): void => {
    this.resumedMs = this.#world.engine.nowMs;
    if (this.#led && this.#world.pd.members.serving !== this) {
      this.logAll(leaseLostLines());
      this.process.after(revokeMs, () => this.logAll([...unrevokedLines(), ...stoppedLines(this.#world.pd.schedulers.started)]));
    }
    this.#world.pd.members.joined(this);
  };

  /** Puts the server into the state of one that has served for hours. */
  wake(): void {
    this.process.start();
    this.ready = true;
  }

  /** Its monitor looks at the wall clock all the time and found it behind where it was. */
  seesTimeGoBack(beforeMs: Millis): void {
    this.timeJumps++;
    this.metrics.registry.set('pd_monitor_time_jump_back_total', {}, this.timeJumps);
    this.log({ level: 'ERROR', source: 'systimemon.go:38', message: 'system time jump backward', fields: [['last', beforeMs * 1_000_000]] });
    this.log({ level: 'ERROR', source: 'server.go:618', message: 'system time jumps backward', fields: [['error', '[PD:server:ErrIncorrectSystemTime]incorrect system time']] });
  }

  log(entry: Entry): void {
    this.#world.journal.write(this.name, entry);
  }

  /** etcd's raft chose this member; those who are alive voted for it. */
  etcdElected({ servers, alive, former, handedOver }: { readonly servers: readonly PdServer[]; readonly alive: readonly PdServer[]; readonly former: PdServer | undefined; readonly handedOver: boolean }): void {
    for (const each of servers) each.etcdTerm++;
    for (const each of alive) {
      each.#etcdLeader = undefined;
      each.learn(this);
    }
    const [others, voters] = [servers.filter((each) => each !== this), alive.filter((each) => each !== this)];
    const election = { winner: this, voter: voters[0], others, former: former === this ? undefined : former, handedOver, term: this.etcdTerm, index: 120 * this.etcdTerm };
    this.logAll(wonLines(election));
    // Who is told to stop hands over now, and answers nobody else; who was asked to resign said so when it was, and votes like the others.
    if (handedOver && former?.process.state === 'running' && !voters.includes(former)) former.logAll([...transferStartsLines(former, this, election.term - 1), timeoutNowLine(former, this), ...votedLines(former, election)]);
    for (const voter of voters) voter.logAll(votedLines(voter, election));
  }

  /** Its etcd hears of a leader. */
  learn(leader: PdServer): void {
    if (this.#etcdLeader === leader) return;
    this.#etcdLeader = leader;
    this.leaderChanges++;
  }

  logAll(all: readonly Entry[]): void {
    for (const entry of all) this.log(entry);
  }

  /** etcd lost its streams to another member. */
  peerLost(other: PdServer): void {
    if (other.process.state === 'paused') return;
    this.metrics.peerLost(other);
    this.log({
      level: 'WARN', source: 'stream.go:421', message: 'lost TCP streaming connection with remote peer',
      fields: [['stream-reader-type', 'stream MsgApp v2'], ['local-member-id', this.memberHex], ['remote-peer-id', other.memberHex], ['error', 'EOF']],
    });
    this.log({
      level: 'WARN', source: 'peer_status.go:66', message: 'peer became inactive (message send to peer failed)',
      fields: [
        ['peer-id', other.memberHex],
        [
          'error',
          `failed to dial ${other.memberHex} on stream MsgApp v2 (peer ${other.memberHex} on stream MsgApp v2: dial tcp ${other.name}:2380: connect: connection refused)`,
        ],
      ],
    });
  }

  peerBack(other: PdServer): void {
    this.log({ source: 'peer_status.go:53', message: 'peer became active', fields: [['peer-id', other.memberHex]] });
  }
}
