import type { LoadSpec } from '../../contract.ts';

/** Bytes of one written value, on average. */
export const writtenBytesEach = ({ valueBytes, large }: LoadSpec): number => (large ? valueBytes * (1 - large.share) + large.valueBytes * large.share : valueBytes);
