import type { Millis } from '../../src/kernel/clock.ts';
import { rfc3339 } from './api-format.ts';
import { nameLabel, type LabelSet } from './labels.ts';
import { matcher } from './matchers.ts';
import type { SeriesView } from './series.ts';
import type { MetricStore } from './store.ts';

/** How long a sample counts where nothing says that its series ended. */
const lookbackMs: Millis = 300_000;

/**
 * `data` of `/api/v1/alerts` for a store whose rules were run elsewhere: what its `ALERTS` say now. Annotations and
 * values are not in series, so the first are empty and the second is that of `ALERTS`.
 */
export function recordedAlertsData(store: MetricStore, nowMs: Millis): unknown {
  const series = store.select([matcher(nameLabel, '=', 'ALERTS')]).map(({ labels }, i, all) => ({ labels, view: (all[i] as (typeof all)[number]).view(nowMs) }));
  const active = series.flatMap(({ labels, view }) => {
    const runStartMs = currentRun(view, nowMs);
    if (runStartMs === undefined) return [];
    const pending = series.find((other) => labels.get('alertstate') === 'firing' && other.labels.key === labels.with('alertstate', 'pending').key);
    return [{ labels, activeAtMs: (pending && runEndingAt(pending.view, runStartMs)) ?? runStartMs }];
  });
  return { alerts: active.map(alertJson) };
}

function alertJson({ labels, activeAtMs }: { readonly labels: LabelSet; readonly activeAtMs: Millis }): unknown {
  const state = labels.get('alertstate');
  return { labels: labels.with(nameLabel, '').with('alertstate', '').toObject(), annotations: {}, state, activeAt: rfc3339(activeAtMs), value: '1e+00' };
}

/** When the run of samples began that goes on now. */
function currentRun({ times, stale }: SeriesView, nowMs: Millis): Millis | undefined {
  const last = times.length - 1;
  if (last < 0 || stale.at(-1)?.after === last || (times[last] as Millis) <= nowMs - lookbackMs) return undefined;
  return times[(stale.at(-1)?.after ?? -1) + 1];
}

/** When the run began that ended at an instant: an alert is pending until the evaluation that makes it fire. */
function runEndingAt({ times, stale }: SeriesView, endMs: Millis): Millis | undefined {
  const at = stale.findIndex(({ atMs }) => atMs === endMs);
  return at < 0 ? undefined : times[(stale[at - 1]?.after ?? -1) + 1];
}
