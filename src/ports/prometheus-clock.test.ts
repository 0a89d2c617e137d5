import { expect, test } from 'vitest';
import { failed, ok } from '../kernel/result.ts';
import { wallClock } from '../kernel/wall-clock.ts';
import type { Transport } from './http.ts';
import { clockOf } from './prometheus-clock.ts';

const sayingSeconds = (seconds: () => number): Transport => async () => ok({ status: 200, body: `{"status":"success","data":{"resultType":"scalar","result":[${seconds()},"${seconds()}"]}}` });

test('a Prometheus that keeps our time, or does not say, leaves the clock to the wall', async () => {
  expect(await clockOf(sayingSeconds(() => wallClock.now() / 1000 + 1))).toBe(wallClock);
  expect(await clockOf(async () => failed('LAB_TIMEOUT', 'nobody answers'))).toBe(wallClock);
  expect(await clockOf(async () => ok({ status: 200, body: 'not Prometheus' }))).toBe(wallClock);
});

test('another time is followed at its own pace, and never backwards', async () => {
  let seconds = 1_767_600_000;
  const clock = await clockOf(sayingSeconds(() => (seconds += 30)));
  const beforeMs = clock.now();
  await clock.sleep(4_000);
  expect(clock.now() - beforeMs).toBeGreaterThanOrEqual(4_000);
  seconds -= 500;
  const latestMs = clock.now();
  await clock.sleep(300);
  expect(clock.now()).toBeGreaterThanOrEqual(latestMs);
});

test('a time that stands still is waited for no longer than the wall takes', async () => {
  const clock = await clockOf(sayingSeconds(() => 1_767_600_000));
  await clock.sleep(400);
  expect(clock.now()).toBe(1_767_600_000_000);
});

test('an answer that comes late is no other time', async () => {
  const slow: Transport = async (request) => {
    const saidSeconds = wallClock.now() / 1000;
    await wallClock.sleep(2_300);
    return sayingSeconds(() => saidSeconds)(request);
  };
  expect(await clockOf(slow)).toBe(wallClock);
});

test('time goes on while nobody says what time it is', async () => {
  let answers = true;
  const clock = await clockOf(async (request) => (answers ? sayingSeconds(() => 1_767_600_000)(request) : failed('LAB_TIMEOUT', 'nobody answers')));
  answers = false;
  await clock.sleep(500);
  expect(clock.now()).toBeGreaterThanOrEqual(1_767_600_000_500);
});

test('a clock that runs sixty times as fast is slept by as long as was asked', async () => {
  const beganMs = wallClock.now();
  const clock = await clockOf(sayingSeconds(() => 1_767_600_000 + ((wallClock.now() - beganMs) * 60) / 1_000));
  await clock.sleep(30_000);
  const beforeMs = clock.now();
  await clock.sleep(60_000);
  expect(clock.now() - beforeMs).toBeLessThan(1.35 * 60_000);
});

test('a long sleep asks no more than twenty times', async () => {
  let asked = 0;
  const clock = await clockOf(async (request) => {
    asked += 1;
    return sayingSeconds(() => 1_767_600_000)(request);
  });
  asked = 0;
  await clock.sleep(20_000, AbortSignal.timeout(1_300)).catch(() => {});
  expect(asked).toBe(2);
});
