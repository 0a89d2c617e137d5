import { z } from 'zod';
import type { Json } from '../../kernel/json.ts';
import { ok } from '../../kernel/result.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SubjectTool, TopologyNode } from '../contract.ts';

const settingsMax = 200;

/** One store's settings, each under its dotted name; or how it failed to tell them, which is a finding, too. */
type Told = { readonly settings: ReadonlyMap<string, string> } | { readonly failure: Json };

/** The settings that stores run with, from each one's own status port. */
export const storeConfig: SubjectTool = {
  name: 'store_config',
  description: "The settings that the stores run with, asked of each store's own status port (GET /config), so they are what the process really uses and not what a file says. `differs` lists every setting that is not the same on all stores that answered (a store's own addresses are not compared), `same` counts the others, and `part` (a piece of a dotted name, e.g. block-cache or raftstore.store-pool-size) lists those settings whether or not they differ. A store that refuses or is silent is listed under `unanswered` with how it failed; in a recording nobody may have asked. PD's own settings are in pd_view.",
  input: z.strictObject({
    node: z.string().optional().describe('one store; default all, side by side'),
    part: z.string().optional().describe('settings whose name contains this'),
  }),
  run: async (args, { ports, topology }) => {
    const { node, part } = args as { node?: string; part?: string };
    const stores = topology.nodes.filter(({ id, role, aliases }) => role === 'tikv' && (node === undefined || id === node || aliases.includes(node)));
    const told = await Promise.all(stores.map(async (store) => [store.id, await askStore(ports, store)] as const));
    return ok(sideBySide(told, part));
  },
};

async function askStore(ports: Ports, store: TopologyNode): Promise<Told> {
  const answer = await ports.controlPlane.request({ method: 'GET', path: '/config', node: store.id });
  if (!answer.ok) return { failure: { code: answer.failure.code, because: answer.failure.because } };
  const { status, body } = answer.value;
  try {
    if (status === 200) return { settings: flattened(JSON.parse(body) as Json, (text) => withoutOwnNames(text, store)) };
  } catch {
    // Whatever is no JSON is shown as it came.
  }
  return { failure: { status, body: body.slice(0, 300) } };
}

/** A store calls itself by its addresses: that they differ between stores is no difference of settings. */
const withoutOwnNames = (text: string, { id, host, aliases }: TopologyNode): string => [id, ...aliases, host].reduce((rest, name) => rest.replaceAll(name, '(itself)'), text);

function flattened(value: Json | undefined, shown: (text: string) => string, name = '', into = new Map<string, string>()): Map<string, string> {
  if (value === undefined) return into;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) into.set(name, shown(typeof value === 'string' ? value : JSON.stringify(value)));
  else for (const [key, each] of Object.entries(value)) flattened(each, shown, name === '' ? key : `${name}.${key}`, into);
  return into;
}

type Answers = readonly (readonly [node: string, told: Told])[];

function sideBySide(told: Answers, part: string | undefined): { readonly [key: string]: Json } {
  const answered = told.flatMap(([node, each]) => ('settings' in each ? [[node, each.settings] as const] : []));
  const unanswered = told.flatMap(([node, each]) => ('failure' in each ? [[node, each.failure] as const] : []));
  const names = [...new Set(answered.flatMap(([, settings]) => [...settings.keys()]))].sort();
  const valuesOf = (name: string): Json => Object.fromEntries(answered.map(([node, settings]) => [node, settings.get(name) ?? null]));
  const differing = names.filter((name) => new Set(answered.map(([, settings]) => settings.get(name))).size > 1);
  const wanted = part === undefined ? [] : names.filter((name) => name.includes(part));
  return {
    answered: answered.map(([node]) => node),
    unanswered: Object.fromEntries(unanswered),
    differs: Object.fromEntries(differing.slice(0, settingsMax).map((name) => [name, valuesOf(name)])),
    same: names.length - differing.length,
    ...(part !== undefined && { settings: Object.fromEntries(wanted.slice(0, settingsMax).map((name) => [name, differing.includes(name) ? valuesOf(name) : (answered[0]?.[1].get(name) ?? null)])) }),
    ...(Math.max(wanted.length, differing.length) > settingsMax && { truncated: { shown: settingsMax, of: Math.max(wanted.length, differing.length) } }),
  };
}
