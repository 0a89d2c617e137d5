import type { Millis } from '../../../../src/kernel/clock.ts';
import type { Random } from '../../../../src/kernel/random.ts';
import type { Entry } from '../journal.ts';
import type { World } from '../world.ts';
import { deposedLines, steppedDownLines } from './etcd-lines.ts';
import { campaignedLines, followedLines, leaseLostLines, revokeMs, startedLines, stoppedLines, syncedLines, syncEndedLines, unrevokedLines, vacantLines } from './leadership-lines.ts';
import { LostPeers } from './lost-peers.ts';
import { firstToCampaign } from './rejoin.ts';
import { Resignation } from './resignation.ts';
import type { PdServer } from './server.ts';
import { beliefMs, campaignMs, cleanElectionMs, cleanLeaseMs, etcdElectionMs, followMs, keyWrittenMs, leaseAfterElectionMs, leaseLostMs, type Succession } from './succession.ts';

/** PD's own leadership: etcd elects, the winner waits until the old leader's lease is gone, then serves. */
export class PdMembers {
  readonly servers: readonly PdServer[];
  readonly resignation: Resignation;
  etcdLeader: PdServer | undefined;
  /** Whom followers forward to; it may be dead. */
  believed: PdServer | undefined;
  /** Who served last: whom stores call until they find another. */
  former: PdServer | undefined;
  readonly #world: World;
  readonly #random: Random;
  readonly #lostPeers: LostPeers;
  /** Led etcd when their disks hung, until others were elected: they have not heard of it. */
  readonly #deposed = new Set<PdServer>();
  #leader: PdServer | undefined;
  /** Led etcd when it lost its majority: nobody else's log holds what it wrote last. */
  #longestLog: PdServer | undefined;
  #round = 0;
  /** The only member that the stores know, where they do not know all. */
  #known: PdServer | undefined;

  constructor(world: World, servers: readonly PdServer[]) {
    this.#world = world;
    this.servers = servers;
    this.#random = world.random.fork('pd-members');
    this.#lostPeers = new LostPeers(world, this);
    this.resignation = new Resignation(world, this, {
      elected: (winner) => this.#elected(winner, true),
      vacate: () => {
        this.#stepDown();
        return this.#round;
      },
      campaign: (winner, round, spanMs) => this.#campaign(winner, round, spanMs),
    });
  }

  /** The member that serves the cluster; undefined between leaders and while the leader is paused. */
  get serving(): PdServer | undefined {
    return this.#leader?.process.state === 'running' ? this.#leader : undefined;
  }

  /** Whom stores can report to: whoever serves, where they know more than one address. */
  get found(): PdServer | undefined {
    return this.#known === undefined || this.#known === this.serving ? this.serving : undefined;
  }

  /** Whether this member is the leader, even while it sleeps. */
  leads(server: PdServer): boolean {
    return this.#leader === server;
  }

  /** Members that answer. */
  get running(): PdServer[] {
    return this.servers.filter((server) => server.ready && server.process.state === 'running');
  }

  /** Those of them whose etcd takes part: it writes down what it votes and what it hears. */
  get alive(): PdServer[] {
    return this.running.filter((server) => !server.host.disk.hung);
  }

  get quorate(): boolean {
    return this.alive.length >= Math.floor(this.servers.length / 2) + 1;
  }

  /** The first leader, drawn. */
  begin(): void {
    const first = this.#random.pick(this.servers);
    if (this.#world.storesKnow !== undefined) this.#known = this.#world.storesKnow === 'leader' ? first : this.servers.find((each) => each !== first);
    for (const each of this.servers) each.learn(first);
    first.logAll(campaignedLines(this.#world, first));
    this.#serve(first);
    this.#world.pd.coordinator.begin(this.servers.filter((each) => each !== first));
  }

  /** A member that was told to stop hands over what it leads. */
  resigned(server: PdServer): void {
    if (this.#leader === server) for (const other of this.alive) if (other !== server) other.logAll(syncEndedLines);
    this.#leave(server, { electionMs: cleanElectionMs, leaseMs: cleanLeaseMs, handedOver: true });
  }

  /** A member's process ended. */
  lost(server: PdServer, clean: boolean): void {
    this.#deposed.delete(server);
    this.#lostPeers.died(server, this.#leader === server);
    this.#leave(server, clean ? { electionMs: cleanElectionMs, leaseMs: cleanLeaseMs } : { electionMs: this.#random.between(etcdElectionMs.least, etcdElectionMs.most), leaseMs: leaseAfterElectionMs });
  }

  /** A member fell silent: nobody notices until its etcd peers miss its heartbeats. */
  silent(server: PdServer): void {
    this.#lostPeers.fellSilent(server, this.#leader === server);
    const sinceMs = this.#world.engine.nowMs;
    const electionMs = this.#random.between(etcdElectionMs.least, etcdElectionMs.most);
    this.#world.engine.after(electionMs, () => {
      if (server.process.state === 'paused' && server.pausedMs === sinceMs) this.#leave(server, { electionMs: 1, leaseMs: leaseAfterElectionMs });
    });
  }

  /** A member's disk hangs: its etcd sends nothing while it waits, so the others elect, and what it renews through itself lapses. (Derived, not measured.) */
  stuck(server: PdServer): void {
    const { startedMs } = server.process;
    const still = (): boolean => server.host.disk.hung && server.process.state === 'running' && server.process.startedMs === startedMs;
    if (this.#leader === server) this.#world.engine.after(leaseLostMs, () => {
      if (still() && this.#leader === server) this.#lapse(server);
    });
    else if (!this.quorate && this.#leader) this.#loseLease(this.#leader);
    if (this.etcdLeader === server) this.#world.engine.after(this.#random.between(etcdElectionMs.least, etcdElectionMs.most), () => {
      if (!still() || this.etcdLeader !== server) return;
      this.etcdLeader = undefined;
      this.#deposed.add(server);
      this.#elect({ electionMs: 1, leaseMs: leaseAfterElectionMs, deposed: server });
    });
  }

  /** Its disk is back: it hears what happened meanwhile, and with it there may be a majority again. */
  unstuck(server: PdServer): void {
    const leader = this.serving;
    const wasDeposed = this.#deposed.delete(server);
    if (leader && leader !== server) {
      server.learn(this.etcdLeader ?? leader);
      if (wasDeposed) server.logAll(deposedLines(server, leader));
      server.process.after(followMs, () => this.#follow(server, leader));
    }
    if (!leader && this.quorate && (this.etcdLeader === undefined || this.etcdLeader === server)) this.#elect({ electionMs: this.#random.between(1_200, 1_700), leaseMs: 300 });
  }

  /** The etcd leader was heard so late that the others elect: it is deposed, and the winner is somebody else. */
  overdue(server: PdServer): void {
    if (this.etcdLeader !== server || this.alive.length < 2 || !this.quorate) return;
    this.etcdLeader = undefined;
    if (this.#leader === server) {
      server.log({ source: 'server.go:1787', message: 'no longer a leader because lease has expired, pd leader will step down' });
      this.#stepDown();
    }
    this.#elect({ electionMs: this.#random.between(etcdElectionMs.least, etcdElectionMs.most) - etcdElectionMs.least, leaseMs: leaseAfterElectionMs, deposed: server });
  }

  #leave(server: PdServer, succession: Succession): void {
    if (this.etcdLeader === server) this.etcdLeader = undefined;
    if (this.#leader === server) this.#stepDown();
    else if (!this.quorate && this.#leader) this.#loseLease(this.#leader);
    if (!this.#leader) this.#elect(succession);
    this.#lostPeers.leaderless();
  }

  /** A member came back: with it there may be a majority again. */
  joined(server: PdServer): void {
    for (const other of this.alive) if (other !== server) other.peerBack(server);
    if (this.etcdLeader) server.learn(this.etcdLeader);
    this.#lostPeers.found(server);
    if (!this.#leader && this.quorate) this.#elect({ ...firstToCampaign(this.alive, { nowMs: this.#world.engine.nowMs, longestLog: this.#longestLog, random: this.#random }), leaseMs: 300 });
  }

  #stepDown(): void {
    this.#leader = undefined;
    this.#world.pd.leaderLost();
    this.#round++;
    const { terms } = this.#world.pd;
    this.#world.engine.after(beliefMs, () => {
      if (terms !== this.#world.pd.terms || this.believed === undefined) return;
      this.believed = undefined;
      this.#lostPeers.disbelieved();
    });
  }

  #loseLease(leader: PdServer): void {
    this.#lostPeers.outvoted(leader, leaseLostMs);
    this.#world.engine.after(leaseLostMs, () => {
      if (this.quorate || this.#leader !== leader) return;
      this.etcdLeader = undefined;
      this.believed = undefined;
      this.#longestLog = leader;
      this.#lapse(leader, steppedDownLines(leader));
      this.#lostPeers.steppedDown(leader);
      this.#lostPeers.leaderless();
    });
  }

  /** A leader cannot renew its lease, and goes. */
  #lapse(leader: PdServer, etcdSays: readonly Entry[] = []): void {
    leader.logAll([...leaseLostLines(), ...etcdSays]);
    this.#stepDown();
    leader.process.after(revokeMs, () => {
      leader.logAll([...unrevokedLines(), ...stoppedLines(this.#world.pd.schedulers.started)]);
      this.#lostPeers.looksFor(leader);
    });
  }

  #elect({ electionMs, leaseMs, deposed, first, handedOver = false }: Succession): void {
    const round = ++this.#round;
    this.#world.engine.after(electionMs, () => {
      if (round !== this.#round || !this.quorate) return;
      const winner = first && this.alive.includes(first) ? first : this.#random.pick(this.alive.filter((server) => server !== deposed));
      this.#elected(winner, handedOver);
      this.#world.engine.after(leaseMs, () => this.#campaign(winner, round));
    });
  }

  #elected(winner: PdServer, handedOver: boolean): void {
    this.etcdLeader = winner;
    winner.etcdElected({ servers: this.servers, alive: this.alive, former: this.former, handedOver });
    this.#longestLog = undefined;
    this.#lostPeers.elected(winner);
  }

  #campaign(winner: PdServer, round: number, spanMs: Millis = campaignMs): void {
    if (round !== this.#round || !this.alive.includes(winner) || !this.quorate) return;
    for (const other of this.alive) if (!this.resignation.passes(other, winner)) other.logAll(vacantLines(other, { revision: 330 + round, campaigns: other === winner }));
    winner.log({ source: 'server.go:1698', message: 'start to campaign PD leader', fields: [['campaign-leader-name', winner.name]] });
    winner.process.after(keyWrittenMs, () => round === this.#round && winner.logAll(campaignedLines(this.#world, winner)));
    this.#world.engine.after(spanMs, () => {
      if (round === this.#round && this.alive.includes(winner)) this.#serve(winner);
    });
  }

  #serve(server: PdServer): void {
    this.#round++;
    this.#leader = server;
    this.etcdLeader = server;
    // Whom one asks that lives and leads no more says so at once.
    const missed = this.believed === undefined || this.resignation.passes(this.former, server);
    this.believed = server;
    this.former = server;
    server.logAll(startedLines(this.#world, this.#world.pd.timestamps.takeOver(this.#world.engine.nowMs + server.host.clock.offsetMs)));
    server.log({ source: 'server.go:1778', message: 'PD leader is ready to serve', fields: [['leader-name', server.name]] });
    this.#world.pd.leaderServes(server, { missed });
    for (const other of this.alive) if (other !== server && !this.resignation.passes(other, server)) other.process.after(followMs, () => this.#follow(other, server));
  }

  #follow(server: PdServer, leader: PdServer): void {
    if (this.serving !== leader) return;
    server.syncsWith = leader;
    server.logAll(followedLines(server, leader));
    leader.logAll(syncedLines(leader, server));
  }
}
