import { describe, expect, it } from 'vitest';
import { answerSchema, runSchema } from '../harness/history/bundle.ts';
import { historyEventSchema } from '../harness/history/events.ts';
import { diagnosisSchema } from '../src/diagnosis/contract.ts';
import { passingBundle, sampleBundle, stoppedBundle } from './sample-bundle.ts';
import { sampleDiagnosis } from './sample-diagnosis.ts';

describe('the sample bundle', () => {
  it.each([['failing', sampleBundle()], ['passing', passingBundle()], ['killed', stoppedBundle('running', 210)]])('that is %s has the form that the lab writes', (_name, bundle) => {
    expect(() => runSchema.parse(bundle.run)).not.toThrow();
    expect(() => historyEventSchema.array().parse(bundle.history)).not.toThrow();
    if (bundle.answer) expect(() => answerSchema.parse(bundle.answer)).not.toThrow();
  });

  it('carries a diagnosis that keeps the contract', () => {
    expect(() => diagnosisSchema.parse(sampleDiagnosis(0))).not.toThrow();
  });
});
