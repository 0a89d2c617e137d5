import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Signal } from '../../src/subjects/contract.ts';
import { subjects } from '../../src/subjects/registry.ts';

const units: Readonly<Record<Signal['unit'], string>> = { seconds: 's', count: 'short', 'per-second': 'ops', ratio: 'percentunit', bytes: 'bytes' };

/** Where the dashboard of a subject is kept. */
export const dashboardFile = (subject: string): string => fileURLToPath(new URL(`../../compose/${subject}/grafana/dashboards/${subject}.json`, import.meta.url));

/** The dashboard that Compose's Grafana shows of a subject: a panel for each of its signals, the ones that the lab's own pages chart. */
export function dashboardOf(subject: string): string {
  const signals = subjects.get(subject)?.signals ?? [];
  const board = { uid: `operator-lab-${subject}`, title: `Operator Lab: ${subject}`, schemaVersion: 39, refresh: '5s', time: { from: 'now-15m', to: 'now' }, editable: false, panels: signals.map(panelOf) };
  return `${JSON.stringify(board, null, 2)}\n`;
}

function panelOf(signal: Signal, index: number) {
  const thresholds = signal.threshold === undefined ? [] : [{ color: 'red', value: signal.threshold }];
  return {
    id: index + 1,
    type: 'timeseries',
    title: signal.title,
    datasource: { type: 'prometheus', uid: 'prometheus' },
    gridPos: { x: (index % 3) * 8, y: Math.floor(index / 3) * 8, w: 8, h: 8 },
    targets: [{ refId: 'A', expr: signal.promql, legendFormat: signal.by === undefined ? signal.title : `{{${signal.by}}}` }],
    fieldConfig: { defaults: { unit: units[signal.unit], min: 0, custom: { thresholdsStyle: { mode: thresholds.length > 0 ? 'line' : 'off' } }, thresholds: { mode: 'absolute', steps: [{ color: 'green', value: null }, ...thresholds] } }, overrides: [] },
  };
}

// node test/docker/dashboard.ts writes it.
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(dashboardFile('tikv'), dashboardOf('tikv'));
