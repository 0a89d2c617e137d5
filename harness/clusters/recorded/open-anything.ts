import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { RunningCluster } from '../contract.ts';
import { openIncidentSource, type IncidentSource, type Span } from './incident-source.ts';
import { isRawRecording, openRawSource } from './raw-source.ts';
import { incidentFolder } from './recording-form.ts';
import { replay } from './replay.ts';

const bundleSpan = z.object({ startMs: z.number(), endMs: z.number() });

/** What was recorded, ready to be lived through as often as wanted. */
export interface Opened {
  readonly span: Span;
  /** The roles of the recorded nodes, each once: they tell which database it was. */
  readonly roles: readonly string[];
  /** A cluster whose clock stands at the first instant. */
  readonly replay: () => RunningCluster;
}

/**
 * Opens a run bundle, an imported recording or a raw one, told apart by what lies in the folder.
 * When things were broken and healed is not asked: the window comes from the telemetry.
 */
export function openAnything(dir: string): Result<Opened> {
  const source = openSource(dir);
  if (!source.ok) return source;
  const span = runSpan(dir) ?? source.value.span();
  if (!span) return failed('LAB_NOT_A_RECORDING', `the metrics of ${dir} do not say which window they cover`, 'Name the folder of one recording or run bundle.');
  return ok({ span, roles: [...new Set(source.value.inventory.map(({ role }) => role))], replay: () => replay(source.value, span) });
}

function openSource(dir: string): Result<IncidentSource> {
  if (existsSync(join(dir, incidentFolder))) return openIncidentSource(dir);
  if (isRawRecording(dir)) return openRawSource(dir);
  return failed('LAB_NOT_A_RECORDING', `${dir} is neither a run bundle nor a recording`, 'A bundle or an import holds incident/, a raw recording metrics.jsonl.gz.');
}

/** A bundle's telemetry begins before its run does; its run says when the operator began to look. */
function runSpan(dir: string): Span | undefined {
  const path = join(dir, 'run.json');
  if (!existsSync(path)) return undefined;
  try {
    const { startMs, endMs } = bundleSpan.parse(JSON.parse(readFileSync(path, 'utf8')));
    return startMs < endMs ? { startMs, endMs } : undefined;
  } catch {
    return undefined;
  }
}
