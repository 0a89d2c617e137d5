import { expect, it } from 'vitest';
import type { TranscriptEntry } from '../history/bundle.ts';
import { brierOf, calibrationOf, calibrationWords } from './calibration.ts';
import { effortOf, effortWords } from './effort.ts';

const call = (id: number, args: object, ok = true): TranscriptEntry => ({ kind: 'observation', id: `O${id}`, tool: 'query', args: { ...args }, atMs: 0, ok, answer: {} });
const turn = (inputTokens: number, costUsd: number): TranscriptEntry => ({ kind: 'turn', text: '', usage: { inputTokens, outputTokens: 100, cachedTokens: 50, costUsd } });

it('effort counts calls, repeats, turns, tokens and money', () => {
  const transcript = [turn(1_000, 0.01), call(1, { promql: 'up' }), call(2, { promql: 'up' }), turn(2_000, 0.02), call(3, {}, false), { kind: 'thought' as const, text: 'hm' }];
  expect(effortWords(effortOf(transcript))).toBe('3 tool calls (1 asked again, 1 failed), 2 turns, 3000 tokens in (100 from cache) and 200 out, $0.030');
  expect(effortWords(effortOf([]))).toBe('0 tool calls');
  expect(effortOf([call(1, {})]).costUsd).toBeNull();
});

it('calibration tells the sure and right from the sure and wrong', () => {
  expect([brierOf({ confidence: 1, right: true }), brierOf({ confidence: 1, right: false }), brierOf({ confidence: 0.5, right: false })]).toEqual([0, 1, 0.25]);
  expect(calibrationOf([])).toBeNull();
  const told = calibrationOf([...Array.from({ length: 8 }, () => ({ confidence: 0.9, right: true })), ...Array.from({ length: 2 }, () => ({ confidence: 0.9, right: false }))]);
  expect(told).toMatchObject({ answers: 10, brier: 0.17, rightShare: 0.8, expectedError: 0.1, bins: [{ from: 0.8, to: 1, answers: 10 }] });
  expect(told && calibrationWords(told)).toBe('Brier 0.170 over 10 answers (a coin has 0.25); said 90 %, right in 80 %: surer than it is right');
});
