import type { LoadSpec } from '../clusters/contract.ts';

/** What a hot spot draws. */
export const hotKinds = ['reads', 'writes', 'all'] as const;

/** Which share of the requests of one kind turns to the hot keys. */
export const hotShareOf = ({ hot }: Pick<LoadSpec, 'hot'>, kind: 'reads' | 'writes'): number => (hot && (hot.of === kind || hot.of === 'all') ? hot.share : 0);
