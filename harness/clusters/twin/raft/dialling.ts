import type { Random } from '../../../../src/kernel/random.ts';
import { type DialFailure, keepaliveLine, subchannelLine } from '../store/channel-lines.ts';
import { streamGoneLine } from '../store/stop-lines.ts';
import type { Store } from '../store/store.ts';
import { abortLines, channelLine, dialFailedLine, resolvedLine, unresolvedLine } from './link-lines.ts';

/** What ends a connection, in gRPC's words. */
export const endings = { keepalive: 'keepalive watchdog timeout', unacknowledged: 'Connection timed out' } as const;

/** gRPC waits four dials long for a program that says nothing. */
const muteDials = 4;
/** Measured in recordings/tikv-partition-full: so long PD is asked for an address in vain until that is told; and so much later than the own stream the other one ends. */
const unresolvedMs = { least: 25_000, most: 37_000 } as const;
const otherStreamMs = { least: 800, most: 1_600 } as const;
/** Where the other one stands, who served this one learns it from its next keepalive ping. (Derived.) */
const servedStreamMs = { least: 1_000, most: 13_000 } as const;

/** A connection from one store to another, while it is dialled. */
export interface Dialled {
  readonly connected: boolean;
  readonly tries: number;
  /** Since it broke a channel to the other's address was opened. */
  channel: boolean;
  /** Messages that wait until PD tells the other's address. */
  waiting: number;
}

/** What raft clients say while they lose a connection, ask PD for an address and dial it. */
export class Dialling {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A connection ended; what came from there ends as well, at the latest when the next answer is to be sent, unless that way `stands`. */
  ended(from: Store, to: Store, { text, stands }: { readonly text: string; readonly stands: boolean }): void {
    if (text === endings.keepalive) from.log(keepaliveLine(to.address));
    from.logAll(abortLines(from, to, text));
    if (stands) return to.process.after(this.#random.between(servedStreamMs.least, servedStreamMs.most), () => to.log(streamGoneLine));
    from.process.after(text === endings.unacknowledged ? this.#random.between(otherStreamMs.least, otherStreamMs.most) : 1, () => from.log(streamGoneLine));
  }

  /** Only PD knows where a store is. */
  resolve(from: Store, to: Store, link: Dialled): void {
    if (from.reachesPd) {
      from.log(resolvedLine(to));
      if (!link.channel) from.log(channelLine(to));
      link.channel = true;
    } else from.process.after(this.#random.between(unresolvedMs.least, unresolvedMs.most), () => {
      if (link.connected || from.reachesPd) return;
      from.log(unresolvedLine(to));
      from.metrics.undelivered(to.id, 'resolve').add(link.waiting);
      link.waiting = 0;
      this.resolve(from, to, link);
    });
  }

  /** Nobody answered; `reaches` tells whether anybody could. */
  failed(from: Store, to: Store, link: Dialled, reaches: boolean): void {
    from.log(dialFailedLine(to));
    const failure = failureOf(to, reaches);
    if (failure !== 'mute' || link.tries % muteDials === 0) from.log(subchannelLine(to.address, failure));
    this.resolve(from, to, link);
  }
}

const failureOf = (to: Store, reaches: boolean): DialFailure => (!reaches ? 'lost' : to.process.state === 'paused' ? 'mute' : 'refused');
