/**
 * How far from its median a law is followed, in standard deviations: nobody looks for the fastest hundredth, and one operation in a
 * thousand is slower than the other end. What lies beyond is taken to lie there.
 */
export const reach = { below: 2.33, above: 3.1 } as const;

const stepsPerSigma = 64;

/** The standard normal law's distribution by Abramowitz and Stegun 26.2.17, right to seven digits; the last ones, which belong to the engine, are cut. */
function distribution(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return Math.round(1e7 * (z < 0 ? tail : 1 - tail)) / 1e7;
}

const table = Float64Array.from({ length: Math.ceil((reach.below + reach.above) * stepsPerSigma) + 2 }, (_, at) => distribution(at / stepsPerSigma - reach.below));

/** The part of all that lies below so many standard deviations from the middle. */
export function normalRank(sigmas: number): number {
  if (!(sigmas > -reach.below)) return 0;
  if (sigmas >= reach.above) return 1;
  const at = (sigmas + reach.below) * stepsPerSigma;
  const index = Math.floor(at);
  const before = table[index] as number;
  return before + (at - index) * ((table[index + 1] as number) - before);
}
