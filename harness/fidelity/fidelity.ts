import type { RuleGroup } from '../telemetry/rules/rule.ts';
import { sinceItBegan } from './beginnings.ts';
import type { FidelityCase } from './case.ts';
import { compareHappenings, compareReadings, type Row } from './compare.ts';
import { alertsOf, alertsSince, messagesOf, statesOf } from './happenings.ts';
import { readingsOf } from './lines.ts';
import { liveRecording, liveTwin } from './lived.ts';

/** How close the twin came to one recording, row by row. */
export interface Fidelity {
  readonly name: string;
  readonly rows: readonly Row[];
}

/** Lets the twin live through what was recorded and compares the two: symptoms, their order, times and sizes, alerts, PD's states, log messages. */
export async function fidelityOf(each: FidelityCase, { seed, groups }: { readonly seed: number; readonly groups: readonly RuleGroup[] }): Promise<Fidelity> {
  const real = await liveRecording(each);
  const twin = await liveTwin(await sinceItBegan(each, real), seed);
  const alerts = { real: alertsOf(real, groups), twin: alertsOf(twin, groups) };
  const rows = [
    ...compareReadings(await readingsOf(real), await readingsOf(twin)),
    ...compareHappenings('alert', alertsSince(alerts.real, alerts.twin), alertsSince(alerts.twin, alerts.real)),
    ...compareHappenings('state', statesOf(real), statesOf(twin)),
    ...compareHappenings('message', messagesOf(real, twin), messagesOf(twin, real)),
  ];
  return { name: each.name, rows };
}
