import { expect, test } from 'vitest';
import { Network } from './network.ts';

const impaired = (how: Parameters<Network['impair']>[0]): Network => {
  const network = new Network();
  network.impair(how);
  return network;
};
const addedMs = (one: Network, other: Network): number => {
  const { wait } = one.roundTripTo(other);
  return wait ? wait.share * wait.meanMs : 0;
};

test('a lossy end does not hide that the other one is late now and then', () => {
  const [lossy, gray, free] = [impaired({ lossShare: 0.001 }), impaired({ sometimes: { share: 0.3, delayMs: 500 } }), new Network()];
  expect(addedMs(gray, free)).toBeCloseTo(150);
  expect(addedMs(lossy, gray)).toBeCloseTo(150 + addedMs(lossy, free));
  expect(lossy.roundTripTo(gray).wait!.share).toBeCloseTo(0.3);
});

test('of two ends that are late now and then each is as often late as it is alone', () => {
  const [often, rarely] = [impaired({ sometimes: { share: 0.3, delayMs: 10 } }), impaired({ sometimes: { share: 0.01, delayMs: 500 } })];
  const { share, msAt } = often.roundTripTo(rarely).wait!;
  expect([share, msAt(0.5), msAt(0.99)]).toEqual([0.3, 10, 510]);
  expect(addedMs(often, rarely)).toBeCloseTo(3 + 5);
});
