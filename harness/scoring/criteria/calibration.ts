import { brierOf, coinBrier } from '../calibration.ts';
import type { Rule } from '../case.ts';
import { isHeadline } from '../headline.ts';

/** Was it as sure as it was right? One run gives one squared error; it becomes a measure over many, in the suite. */
export const calibration: Rule = {
  name: 'calibration',
  possible: 0,
  judge: (judged) => {
    const { confidence } = judged.diagnosis;
    const right = isHeadline(judged);
    const squaredError = brierOf({ confidence, right });
    const reason = `said ${Math.round(100 * confidence)} %, and was ${right ? 'right' : 'wrong'}: squared error ${squaredError.toFixed(2)}, a coin has ${coinBrier}`;
    return { earned: 0, reason, verdict: squaredError <= coinBrier ? 'pass' : 'fail' };
  },
};
