import { alerts } from './alerts.ts';
import { changes } from './changes.ts';
import { compareNodes } from './compare-nodes.ts';
import { controlPlane } from './control-plane.ts';
import { findLabels } from './find-labels.ts';
import { findMetrics } from './find-metrics.ts';
import { tickets, topology } from './incident.ts';
import { queryRange } from './query-range.ts';
import { query } from './query.ts';
import { readMore } from './read-more.ts';
import { searchLogs } from './search-logs.ts';
import type { ReadOnlyTool } from './tool.ts';

/** Every tool of the desk, in the order in which one would reach for them. */
export const deskTools: readonly ReadOnlyTool[] = [tickets, topology, alerts, changes, compareNodes, query, queryRange, findMetrics, findLabels, controlPlane, searchLogs, readMore];
