import { expect, it } from 'vitest';
import { huntForTells } from './cheater.ts';
import { cheater, withDiagnosis } from './floors.ts';
import { injectedMs, literalBundle } from './literal-bundle.test-kit.ts';
import { isObservable } from './oracle.ts';
import { score } from './scorecard.ts';

const slipping = (answer: object) => {
  const bundle = literalBundle();
  return { ...bundle, transcript: [...bundle.transcript, { kind: 'observation' as const, id: 'O4' as const, tool: 'search_logs', args: {}, atMs: injectedMs, ok: true, answer: { ...answer } }] };
};
const cheated = (bundle: ReturnType<typeof literalBundle>) => score(withDiagnosis(bundle, cheater(bundle)));

it('the cheater gives up where the lab lets nothing slip', () => {
  expect(huntForTells(literalBundle().transcript, literalBundle().answer.nodes)).toEqual({ kind: null, component: null, where: [] });
  expect(cheated(literalBundle())).toMatchObject({ verdict: 'FAIL', failureClass: 'gave up' });
});

it('the cheater passes where the lab gives the answer away, and says where', () => {
  const bundle = slipping({ lines: [{ message: 'victim 10.77.0.22:20160: process-crash' }] });
  expect(huntForTells(bundle.transcript, bundle.answer.nodes)).toEqual({ kind: 'process-crash', component: 'tikv-2', where: ['O4 says process-crash', 'O4 says victim'] });
  expect(cheated(bundle)).toMatchObject({ verdict: 'PASS' });
});

it('a truth can be cited only where something that was shown tells of it', () => {
  const { transcript, answer } = literalBundle();
  expect(isObservable(transcript, answer)).toBe(true);
  expect(isObservable(transcript.filter((entry) => entry.kind === 'observation' && entry.id === 'O2'), answer)).toBe(false);
});
