import type { LoadSpec } from '../../contract.ts';

/** Bytes that an entry adds to a value: the key, the header, the checksum. */
export const entryOverheadBytes = 60;

/** `raft-entry-max-size`: a leader proposes no larger entry. */
const entryBytesMax = 8 * 2 ** 20;

const tooLarge = ({ large }: LoadSpec): boolean => large !== undefined && large.valueBytes + entryOverheadBytes > entryBytesMax;

/** The share of the writes that leaders refuse since each would be too large an entry. */
export const refusedShare = (load: LoadSpec): number => (tooLarge(load) ? load.large?.share ?? 0 : 0);

/** The large values that leaders propose. */
export const proposedLarge = (load: LoadSpec): LoadSpec['large'] => (tooLarge(load) ? undefined : load.large);

/** A prewrite and a commit. */
export const entriesPerTransaction = 2;

/** Bytes of an entry of a transaction beside raw commands, without the overhead: two locks, or two records of what was written (PD counts 429 for each, recordings/tikv-baseline). */
export const transactionBytes = 360;

/** Bytes of one value that is written, on average. */
export function valueBytesEach(load: LoadSpec): number {
  const large = proposedLarge(load);
  return large ? load.valueBytes * (1 - large.share) + large.valueBytes * large.share : load.valueBytes;
}

/** How many values a write brings; one, where the load does not say. */
export const valuesPerWriteOf = ({ valuesPerWrite = 1 }: LoadSpec): number => valuesPerWrite;

/** Bytes of what one write brings, on average over puts and the entries of transactions beside them. */
export function writtenBytesEach(load: LoadSpec): number {
  const plain = valueBytesEach(load) * valuesPerWriteOf(load);
  const entries = (load.transactions ?? 0) * entriesPerTransaction;
  if (entries === 0) return plain;
  const puts = load.ratePerSecond * (1 - load.reads);
  return (plain * puts + transactionBytes * entries) / (puts + entries);
}

/** How clients speak to stores, where nothing else is said by raw commands. */
export const apiOf = ({ api = 'raw' }: LoadSpec): 'raw' | 'txn' => api;
