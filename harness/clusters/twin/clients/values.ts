import type { LoadSpec } from '../../contract.ts';

/** Bytes of one written value, on average. */
export const writtenBytesEach = ({ valueBytes, large }: LoadSpec): number => (large ? valueBytes * (1 - large.share) + large.valueBytes * large.share : valueBytes);

/** How clients speak to stores, where nothing else is said by raw commands. */
export const apiOf = ({ api = 'raw' }: LoadSpec): 'raw' | 'txn' => api;
