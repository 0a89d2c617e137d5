import { describe, expect, it } from 'vitest';
import { failed, ok } from '../../src/kernel/result.ts';
import type { ControlPlanePort } from '../../src/ports/ports.ts';
import { unpack } from '../telemetry/packing.ts';
import { ControlRecorder } from './control-recorder.ts';

function recorded(answers: readonly string[]) {
  let n = 0;
  let nowMs = 0;
  const asked: string[] = [];
  const inner: ControlPlanePort = {
    request: async ({ method, path }) => {
      asked.push(`${method} ${path}`);
      const body = answers[n++];
      return body === undefined ? failed('LAB_CONNECTION_REFUSED', 'refused') : ok({ status: 200, body });
    },
  };
  const recorder = new ControlRecorder(inner, { clock: { now: () => nowMs++ }, subject: { roles: [], reads: ({ method }) => method === 'GET' } });
  const rows = () => unpack(recorder.among(new Map()).get('control.jsonl.zst') as Uint8Array).toString().trim().split('\n').map((line) => line);
  return { recorder, asked, rows };
}

describe('lab: the recorded control plane', () => {
  it('keeps an answer when it differs from the one before, and failures too', async () => {
    const { recorder, rows } = recorded(['{"count":3}', '{"count":3}', '{"count":2}']);
    for (let i = 0; i < 4; i++) await recorder.port.request({ method: 'GET', path: '/stores' });
    expect(rows()).toHaveLength(3);
    expect(rows()[2]).toContain('LAB_CONNECTION_REFUSED');
  });

  it('keeps numbers that a double cannot hold', async () => {
    const { recorder, rows } = recorded(['{"cluster_id":7643373556476350538}']);
    await recorder.port.request({ method: 'GET', path: '/members' });
    expect(rows()[0]).toContain('7643373556476350538');
  });

  it('lets nobody change the cluster by asking', async () => {
    const { recorder, asked } = recorded(['{}']);
    expect(await recorder.port.request({ method: 'POST', path: '/schedulers' })).toMatchObject({ ok: false, failure: { code: 'LAB_READ_ONLY' } });
    expect(asked).toEqual([]);
  });
});
