import { expect, test } from 'vitest';
import { failed } from '../../src/kernel/result.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { listenBeside } from './listen.ts';

const nobody = async () => failed('LAB_CONNECTION_REFUSED', 'nobody is here');
const ports = { metrics: { transport: nobody }, controlPlane: { request: nobody }, inventory: ['tikv-1', 'tikv-2', 'tikv-3'].map((node) => ({ node, role: 'tikv', host: node })) } as unknown as Ports;

test.each(['65532', '65535', '70000', '-1', 'metrics'])('--listen %s leaves no room for two servers and three stores, and is told so', async (port) => {
  await expect(listenBeside(ports, port)).rejects.toMatchObject({ exitCode: 2, failure: { code: 'LAB_USAGE', advice: expect.stringContaining('from 0 to 65531') } });
});

test('as many servers listen as there are to talk to', async () => {
  await using _listening = await listenBeside(ports, '0');
});
