import type { Result } from '../../kernel/result.ts';
import { ok } from '../../kernel/result.ts';
import type { KeySeries } from './key-series.ts';
import type { ToolContext } from './tool.ts';

/** Over this span a counter's rate is taken: at least two scrapes of a usual interval. */
const window = '30s';

/**
 * One expression for every metric there is, each of whose series is compared with its own quiet time: gauges as they are,
 * counters as rates, histograms and summaries as their mean. Buckets and quantiles say the same less plainly and are left out.
 */
export async function everySeries({ ports }: Pick<ToolContext, 'ports'>, part = ''): Promise<Result<readonly KeySeries[]>> {
  const found = await ports.metrics.labelValues('__name__');
  if (!found.ok) return found;
  const names = new Set(found.value);
  const words = part.toLowerCase().split(/\s+/);
  return ok([...names].sort().filter((name) => words.every((word) => name.toLowerCase().includes(word))).flatMap((name) => expressionOf(name, names)));
}

function expressionOf(name: string, names: ReadonlySet<string>): KeySeries[] {
  if (name === 'ALERTS' || name === 'ALERTS_FOR_STATE' || name.endsWith('_bucket')) return [];
  const base = name.replace(/_(sum|count)$/, '');
  const isPair = base !== name && names.has(`${base}_sum`) && names.has(`${base}_count`);
  if (isPair && name.endsWith('_sum')) return [{ signal: `${base} (mean)`, promql: `rate(${base}_sum[${window}]) / rate(${base}_count[${window}])`, floor: floorOf(base) }];
  if (isPair || name.endsWith('_total')) return [{ signal: `${name} (per second)`, promql: `rate(${name}[${window}])`, floor: 0.5 }];
  return [{ signal: name, promql: name, floor: floorOf(name) }];
}

/** What is too small to matter, by the unit in the name; without one, half of one thing. */
function floorOf(name: string): number {
  if (name.endsWith('_time_seconds')) return 1;
  if (/_(seconds|secs|sec)$|duration/.test(name)) return 0.005;
  if (/bytes/.test(name)) return 2 ** 20;
  return 0.5;
}
