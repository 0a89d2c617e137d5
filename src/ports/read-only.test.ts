import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ok } from '../kernel/result.ts';
import type { HttpRequest } from './http.ts';
import { prometheusReads, readOnly } from './read-only.ts';

function recording() {
  const sent: HttpRequest[] = [];
  return { sent, ask: readOnly(async (request) => (sent.push(request), ok({ status: 200, body: '' })), prometheusReads) };
}

test.each<[HttpRequest['method'], string]>([
  ['GET', '/api/v1/query'], ['POST', '/api/v1/query_range'], ['POST', '/api/v1/series'], ['GET', '/api/v1/label/job/values'], ['GET', '/api/v1/metadata'], ['GET', '/api/v1/alerts'], ['GET', '/-/ready'],
])('%s %s is carried to Prometheus', async (method, path) => {
  const { sent, ask } = recording();
  expect(await ask({ method, path })).toMatchObject({ ok: true });
  expect(sent).toHaveLength(1);
});

test.each<[HttpRequest['method'], string]>([
  ['POST', '/-/reload'], ['POST', '/-/quit'], ['POST', '/api/v1/admin/tsdb/delete_series'], ['POST', '/api/v1/write'], ['DELETE', '/api/v1/series'], ['GET', '/api/v1/admin/tsdb/snapshot'],
  ['GET', '/api/v1/query/../admin/tsdb/snapshot'], ['POST', '/api/v1/label/%2e%2e/values'], ['POST', '/api/v1/metadata'], ['GET', '/debug/pprof/profile'],
])('%s %s is refused and no connection is made', async (method, path) => {
  const { sent, ask } = recording();
  expect(await ask({ method, path })).toMatchObject({ ok: false, failure: { code: 'LAB_READ_ONLY' } });
  expect(sent).toEqual([]);
});

test('whatever the path, nothing but the listed requests is ever sent', async () => {
  const piece = fc.constantFrom('api', 'v1', 'query', 'series', '..', '.', '', '-', 'reload', 'admin', 'label', 'values', '%2e%2e', 'tsdb');
  await fc.assert(fc.asyncProperty(fc.constantFrom<HttpRequest['method']>('GET', 'POST', 'DELETE'), fc.array(piece, { maxLength: 6 }), async (method, pieces) => {
    const { sent, ask } = recording();
    await ask({ method, path: `/${pieces.join('/')}` });
    for (const { path } of sent) expect(new URL(path, 'http://h').pathname).toMatch(/^\/api\/v1\/(query|series|labels|label\/(?!\.)[^/]+\/values)$/);
  }));
});
