import { expect, test } from 'vitest';
import { Random } from '../../../../src/kernel/random.ts';
import { TickPhase, tickParts } from './tick-phase.ts';

/*
 * Here the ticks of four hundred replicas that were made at once are lived one by one, each a second and an exponential wait after the one before.
 */
const lateMs = 3;
const replicas = 400;

function live(seconds: number): number[] {
  const random = Random.fromSeed(3);
  return Array.from({ length: replicas }, () => {
    let [lastMs, nextMs] = [0, 1_000];
    while (nextMs <= seconds * 1_000) [lastMs, nextMs] = [nextMs, nextMs + 1_000 - lateMs * Math.log(1 - random.unit())];
    return lastMs;
  });
}

test.for([5, 60, 300, 900, 1_500])('%d seconds after a start so many of its ticks lie so long ago as when each is lived by itself', (seconds) => {
  const phase = new TickPhase(0);
  for (let now = 0; now <= seconds; now += 5) phase.advance(now * 1_000, lateMs);
  const atParts = tickParts.map((part) => part ** 2);
  const lived = live(seconds).reduce((sum, lastMs) => sum + ((seconds * 1_000 - lastMs) / 1_000) ** 2, 0) / replicas;
  expect(phase.bunched).toBe(true);
  expect(Math.abs(phase.mean(atParts, seconds * 1_000) - lived)).toBeLessThan(0.07);
});

test('after hours no bunch is left', () => {
  const phase = new TickPhase(0);
  phase.advance(4 * 3_600_000, lateMs);
  expect(phase.bunched).toBe(false);
});
