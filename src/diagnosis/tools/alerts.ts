import { z } from 'zod';
import type { Json } from '../../kernel/json.ts';
import { ok } from '../../kernel/result.ts';
import { byLabels } from './prometheus-json.ts';
import { readOnlyTool } from './tool.ts';

/** What the alert rules of the monitoring say. */
export const alerts = readOnlyTool({
  name: 'alerts',
  description: "Lists the alerts that the monitoring's own rules hold to be pending or firing (the ALERTS series), now and at any time since the quiet window began, with when each was first and last seen. `rules` tells whether any rule is evaluated at all: where it is false, silence means nothing. An alert names a symptom, and its threshold was somebody's choice.",
  input: z.strictObject({}),
  run: async (_, { ports, clock, assignment }) => {
    const nowMs = clock.now();
    const spanMs = Math.max(1_000, nowMs - assignment.quiet.fromMs);
    const stepMs = Math.max(5_000, Math.ceil(spanMs / 200 / 1_000) * 1_000);
    const answer = await ports.metrics.queryRange('ALERTS', { fromMs: nowMs - Math.floor(spanMs / stepMs) * stepMs, toMs: nowMs, stepMs });
    if (!answer.ok) return answer;
    const rows = [...answer.value].sort(byLabels).map(({ labels, points }): Json => {
      const { __name__: _name, alertname = '', alertstate = '', ...rest } = labels;
      const [first, last] = [points[0]?.[0] ?? nowMs, points.at(-1)?.[0] ?? nowMs];
      return { alert: alertname, state: alertstate, labels: { ...rest }, firstSeenMs: first, lastSeenMs: last, now: last >= nowMs - stepMs };
    });
    return ok({ alerts: rows, rules: rows.length > 0 || (await hasRules(ports)) });
  },
});

async function hasRules({ metrics }: { readonly metrics: { readonly transport: (request: { method: 'GET'; path: string }) => Promise<{ ok: boolean; value?: { status: number; body: string } }> } }): Promise<boolean> {
  const answer = await metrics.transport({ method: 'GET', path: '/api/v1/rules' });
  return answer.ok && answer.value?.status === 200 && /"groups":\s*\[\s*\{/.test(answer.value.body);
}
