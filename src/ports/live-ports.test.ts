import { expect, test } from 'vitest';
import { failed, ok } from '../kernel/result.ts';
import type { Transport } from './http.ts';
import { controlPlaneOf, livePorts } from './live-ports.ts';

const member = (node: string, transport: Transport) => ({ node, role: 'pd', host: node, transport });
const answers = (status: number, body: string): Transport => async () => ok({ status, body });
const refuses: Transport = async () => failed('LAB_CONNECTION_REFUSED', 'refused');

test('a member that refuses is passed over for one that answers', async () => {
  const port = controlPlaneOf([member('pd-1', refuses), member('pd-2', answers(200, 'from pd-2'))]);
  expect(await port.request({ method: 'GET', path: '/' })).toMatchObject({ ok: true, value: { body: 'from pd-2' } });
});

test('the member that answered is asked first from then on', async () => {
  let refused = 0;
  const counting: Transport = async () => (refused++, failed('LAB_CONNECTION_REFUSED', 'refused'));
  const port = controlPlaneOf([member('pd-1', counting), member('pd-2', answers(200, ''))]);
  for (let i = 0; i < 3; i++) await port.request({ method: 'GET', path: '/' });
  expect(refused).toBe(1);
});

test('where nobody can serve, an answer that says why goes before silence', async () => {
  const port = controlPlaneOf([member('pd-1', refuses), member('pd-2', answers(503, 'redirect finds no leader')), member('pd-3', refuses)]);
  expect(await port.request({ method: 'GET', path: '/' })).toMatchObject({ ok: true, value: { status: 503 } });
});

test('a named member answers for itself, and an unknown name is a failure', async () => {
  const port = controlPlaneOf([member('pd-1', answers(200, 'from pd-1')), member('pd-2', refuses)]);
  expect(await port.request({ method: 'GET', path: '/', node: 'pd-2' })).toMatchObject({ ok: false, failure: { code: 'LAB_CONNECTION_REFUSED' } });
  expect(await port.request({ method: 'GET', path: '/', node: 'pd-9' })).toMatchObject({ ok: false, failure: { code: 'LAB_NO_MEMBER', advice: expect.stringContaining('pd-1, pd-2') } });
  expect(await controlPlaneOf([]).request({ method: 'GET', path: '/' })).toMatchObject({ ok: false, failure: { code: 'LAB_NO_MEMBER', advice: expect.stringContaining('name at least one member') } });
});

test('logs of a live cluster are refused with a reason, not shown as empty', async () => {
  const ports = livePorts({ members: [], prometheus: refuses, clock: { now: () => 0 } });
  expect(await ports.logs.search({})).toMatchObject({ ok: false, failure: { code: 'LAB_NO_LOGS' } });
});
