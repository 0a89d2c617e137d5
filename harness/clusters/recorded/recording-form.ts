import { z } from 'zod';

/** The folder of a recording or bundle that an operator may see; nothing outside it is ever served. */
export const incidentFolder = 'incident';

/** Names of the files under `incident/`; all but the inventory are packed, and have an ending that says how. */
export const incidentFile = {
  metrics: 'metrics.jsonl',
  metadata: 'metadata.json',
  control: 'control.jsonl',
  inventory: 'inventory.json',
  log: (node: string) => `logs/${node}.log`,
} as const;

/** `inventory.json`: who is deployed where; never who leads or what was struck. */
export const inventorySchema = z.array(z.object({ node: z.string(), role: z.string(), host: z.string() }));

/** `script.json`, beside `incident/`: the acts of a recording. The lab reads it, an operator never does. */
export const scriptSchema = z.object({
  schema: z.literal('lab.recording/v1'),
  subject: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  injectMs: z.number().optional(),
  revertMs: z.number().optional(),
  /** What was recorded, in words. */
  source: z.string(),
});

/** The acts of a recording. */
export type Script = z.infer<typeof scriptSchema>;

/**
 * One line of `control.jsonl` without its body: what was asked at `t`, and the status or the error that came back.
 * `node` is the member that was asked, or the name of its role (`pd`) for whichever member led. Kept where changed.
 */
export const controlRowHeadSchema = z.object({
  t: z.number(),
  node: z.string(),
  /** `GET /pd/api/v1/stores?state=0`. */
  request: z.string(),
  status: z.number().optional(),
  error: z.string().optional(),
  tookMs: z.number().default(0),
  /** Who asked, where that was not the monitoring: a person at work on the cluster. */
  actor: z.string().optional(),
});

/** One line of `control.jsonl` without its body. */
export type ControlRowHead = z.infer<typeof controlRowHeadSchema>;
