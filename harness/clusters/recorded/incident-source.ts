import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Millis } from '../../../src/kernel/clock.ts';
import { failed, ok, orThrow, type Result } from '../../../src/kernel/result.ts';
import type { InventoryNode } from '../../../src/ports/ports.ts';
import type { LogPort } from '../../../src/ports/logs.ts';
import type { Transport } from '../../../src/ports/http.ts';
import { LogStore } from '../../telemetry/log-store.ts';
import { prometheusTransport } from '../../telemetry/prometheus-api.ts';
import { rulesOver, type RuleText } from '../../telemetry/rules/over-store.ts';
import { withoutRecordedRules } from '../../telemetry/rules/recorded-rules.ts';
import { parseMetricsJsonl } from '../../telemetry/snapshot-parse.ts';
import type { IncidentFiles } from '../contract.ts';
import { packedPath, unpress, unpressToTexts } from './compression.ts';
import { ControlLog } from './control-log.ts';
import { incidentFile, incidentFolder, inventorySchema } from './recording-form.ts';

/** First and last instant of a recording. */
export interface Span {
  readonly startMs: Millis;
  readonly endMs: Millis;
}

/** What lies under one `incident/`; every file is read and unpacked when something asks for it first. */
export interface IncidentSource {
  readonly inventory: readonly InventoryNode[];
  /** The window that the telemetry covers; undefined where it does not say. */
  readonly span: () => Span | undefined;
  readonly control: () => ControlLog;
  /** With rule files, these run over the telemetry in place of the recorded ones. */
  readonly metrics: (now: () => Millis, rules?: readonly RuleText[]) => Transport;
  readonly logs: (now: () => Millis) => LogPort;
  /** All files as they are. */
  readonly files: () => IncidentFiles;
}

/** Opens `<dir>/incident`; nothing else in `dir` is read. */
export function openIncidentSource(dir: string): Result<IncidentSource> {
  const root = join(dir, incidentFolder);
  if (!existsSync(join(root, incidentFile.inventory))) {
    return failed('LAB_NO_INCIDENT', `${dir} holds no ${incidentFolder}/${incidentFile.inventory}`, 'name a run bundle, or a recording made by `lab import`');
  }
  const bytesOf = (name: string): Uint8Array | undefined => ifThere(packedPath(root, name), (path) => readFileSync(path));
  const read = (name: string): string | undefined => ifThere(bytesOf(name), unpress);
  const inventory = parseInventory(readFileSync(join(root, incidentFile.inventory), 'utf8'));
  if (!inventory) return failed('LAB_NO_INCIDENT', `${incidentFile.inventory} of ${dir} is not a list of nodes`, 'import the recording again');
  return ok(sourceOf({ inventory, read, metrics: () => ifThere(bytesOf(incidentFile.metrics), unpressToTexts), files: once(() => readAll(root, inventory)) }));
}

/** What a source is made of, wherever the texts come from. */
export interface SourceParts {
  readonly inventory: readonly InventoryNode[];
  /** The text of one file of `incidentFile`, or undefined where it was not recorded. */
  readonly read: ReadText;
  /** The metrics as parts of whole lines. */
  readonly metrics: () => readonly string[] | undefined;
  readonly files: () => IncidentFiles;
}

/** A source over named texts, each read when something asks for it first. */
export function sourceOf({ inventory, read, metrics, files }: SourceParts): IncidentSource {
  return {
    inventory,
    span: once(() => spanOf(metrics()?.[0])),
    control: once(() => ControlLog.parse(read(incidentFile.control) ?? '')),
    metrics: (now, rules = []) => lazyTransport(once(() => metricsTransport({ texts: metrics() ?? [noMetrics], metadata: read(incidentFile.metadata) }, now, rules))),
    logs: (now) => lazyLogs(once(() => logsPort(read, inventory, now))),
    files,
  };
}

const headerSchema = z.object({ startMs: z.number(), endMs: z.number() });

/** The window of the telemetry, as its first line states it. */
function spanOf(metrics: string | undefined): Span | undefined {
  try {
    const header = headerSchema.parse(JSON.parse(metrics?.slice(0, metrics.indexOf('\n')) ?? ''));
    return header.startMs < header.endMs ? header : undefined;
  } catch {
    return undefined;
  }
}

function parseInventory(text: string): InventoryNode[] | undefined {
  try {
    return inventorySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

type ReadText = (name: string) => string | undefined;

const ifThere = <A, B>(value: A | undefined, use: (value: A) => B): B | undefined => (value === undefined ? undefined : use(value));

function metricsTransport({ texts, metadata }: { readonly texts: readonly string[]; readonly metadata: string | undefined }, now: () => Millis, files: readonly RuleText[]): Transport {
  const wanted = files.length > 0 ? withoutRecordedRules(texts) : texts;
  const store = parseMetricsJsonl(wanted, JSON.parse(metadata ?? '{}') as NonNullable<Parameters<typeof parseMetricsJsonl>[1]>);
  const rules = orThrow(rulesOver(store, files, spanOf(wanted[0])?.startMs ?? 0));
  return prometheusTransport(store, now, rules ? { rules } : {});
}

const noMetrics = '{"format":"lab-metrics/1","startMs":0,"endMs":0,"series":0,"targets":[]}\n';

/** Where nobody wrote down any node's log, silence would be taken for a quiet log. */
function logsPort(read: ReadText, inventory: readonly InventoryNode[], now: () => Millis): LogPort {
  const some = inventory.length === 0 || inventory.some(({ node }) => read(incidentFile.log(node)) !== undefined);
  return some ? readLogs(read, inventory).port(now) : { search: async () => failed('LAB_NO_LOGS', 'no logs were recorded', 'ask metrics and the control plane') };
}

function readLogs(read: ReadText, inventory: readonly InventoryNode[]): LogStore {
  return LogStore.fromFiles(new Map(inventory.map(({ node }) => [node, read(incidentFile.log(node)) ?? ''])));
}

const lazyTransport = (transport: () => Transport): Transport => (request, signal) => transport()(request, signal);
const lazyLogs = (port: () => LogPort): LogPort => ({ search: (query) => port().search(query) });

/** Known names only, sorted: whatever else somebody puts beside them is not handed on. */
function readAll(root: string, inventory: readonly InventoryNode[]): IncidentFiles {
  const packed = [incidentFile.metrics, incidentFile.metadata, incidentFile.control, ...inventory.map(({ node }) => incidentFile.log(node))];
  const present = [join(root, incidentFile.inventory), ...packed.flatMap((name) => packedPath(root, name) ?? [])];
  return new Map(present.sort().map((path) => [path.slice(root.length + 1).replaceAll('\\', '/'), new Uint8Array(readFileSync(path))]));
}

/** Makes a value when it is asked for first, and keeps it. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
