/** One answer with how sure it was and whether it passed. */
export interface Belief {
  readonly confidence: number;
  readonly right: boolean;
}

/** Answers that were about equally sure of themselves. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly answers: number;
  readonly meanConfidence: number;
  readonly rightShare: number;
}

/** How well confidence told right from wrong over many answers. */
export interface Calibration {
  readonly answers: number;
  /** Mean squared error: 0 is perfect, 0.25 is a coin, 1 is always sure and always wrong. */
  readonly brier: number;
  readonly meanConfidence: number;
  readonly rightShare: number;
  /** Mean distance between confidence and share of right answers over the bins, weighted by their answers. */
  readonly expectedError: number;
  readonly bins: readonly Bin[];
}

/** What somebody scores who always says one half. */
export const coinBrier = 0.25;

const binCount = 5;

/** The squared error of one answer (G. W. Brier, Monthly Weather Review 78, 1950, for two outcomes). */
export function brierOf({ confidence, right }: Belief): number {
  return (confidence - (right ? 1 : 0)) ** 2;
}

/** Calibration over many answers; null where there are none. */
export function calibrationOf(beliefs: readonly Belief[]): Calibration | null {
  if (beliefs.length === 0) return null;
  const bins = Array.from({ length: binCount }, (_, index) => binOf(beliefs, index)).filter((bin) => bin.answers > 0);
  return {
    answers: beliefs.length,
    brier: rounded(mean(beliefs.map(brierOf))),
    ...sharesOf(beliefs),
    expectedError: rounded(bins.reduce((sum, bin) => sum + (bin.answers / beliefs.length) * Math.abs(bin.meanConfidence - bin.rightShare), 0)),
    bins,
  };
}

/** Calibration in one line, for people. */
export function calibrationWords({ answers, brier, meanConfidence, rightShare }: Calibration): string {
  const gap = meanConfidence - rightShare;
  const lean = Math.abs(gap) < 0.05 ? 'as sure as it is right' : gap > 0 ? 'surer than it is right' : 'less sure than it is right';
  return `Brier ${brier.toFixed(3)} over ${answers} answers (a coin has ${coinBrier}); said ${percent(meanConfidence)}, right in ${percent(rightShare)}: ${lean}`;
}

function binOf(beliefs: readonly Belief[], index: number): Bin {
  const own = beliefs.filter(({ confidence }) => Math.min(binCount - 1, Math.floor(confidence * binCount)) === index);
  return { from: index / binCount, to: (index + 1) / binCount, answers: own.length, ...sharesOf(own) };
}

const sharesOf = (beliefs: readonly Belief[]): Pick<Bin, 'meanConfidence' | 'rightShare'> => ({
  meanConfidence: rounded(mean(beliefs.map(({ confidence }) => confidence))),
  rightShare: rounded(mean(beliefs.map(({ right }) => (right ? 1 : 0)))),
});
const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length);
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
const percent = (share: number): string => `${Math.round(100 * share)} %`;
