import { z } from 'zod';
import type { Json } from '../../kernel/json.ts';
import { ok } from '../../kernel/result.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SubjectTool, TopologyNode } from '../contract.ts';

const settingsMax = 200;

type Settings = ReadonlyMap<string, string>;

/** One store's settings, each under its dotted name, with its own names and without; or how it failed to tell them, which is a finding, too. */
type Told = { readonly asTold: Settings; readonly settings: Settings } | { readonly failure: Json };

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
    if (status === 200) {
      const asTold = flattened(JSON.parse(body) as Json);
      const own = ownNames(store);
      return { asTold, settings: own ? new Map([...asTold].map(([name, text]) => [name, text.replaceAll(own, '(itself)')])) : asTold };
    }
  } catch {
    // Whatever is no JSON is shown as it came.
  }
  return { failure: { status, body: body.slice(0, 300) } };
}

/** A store calls itself by its addresses: that they differ between stores is no difference of settings. */
function ownNames({ id, host, aliases }: TopologyNode): RegExp | undefined {
  const names = [id, host, ...aliases].filter((name) => name !== '').sort((a, b) => b.length - a.length).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // 10.0.0.1 is neither 10.0.0.12 nor 110.0.0.1, and tikv not tikv-1.
  return names.length === 0 ? undefined : new RegExp(`(?<![\\w.-])(?:${names.join('|')})(?![\\w-]|\\.\\w)`, 'g');
}

function flattened(value: Json | undefined, name = '', into = new Map<string, string>()): Map<string, string> {
  if (value === undefined) return into;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) into.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  else for (const [key, each] of Object.entries(value)) flattened(each, name === '' ? key : `${name}.${key}`, into);
  return into;
}

type Answers = readonly (readonly [node: string, told: Told])[];

function sideBySide(told: Answers, part: string | undefined): { readonly [key: string]: Json } {
  const answered = told.flatMap(([node, each]) => ('settings' in each ? [[node, each] as const] : []));
  const unanswered = told.flatMap(([node, each]) => ('failure' in each ? [[node, each.failure] as const] : []));
  const names = [...new Set(answered.flatMap(([, { settings }]) => [...settings.keys()]))].sort();
  const valuesOf = (name: string): Json => Object.fromEntries(answered.map(([node, { settings }]) => [node, settings.get(name) ?? null]));
  // Where all name one machine, the one whose own name that is has nothing else than the others.
  const differing = names.filter((name) => (['asTold', 'settings'] as const).every((as) => new Set(answered.map(([, each]) => each[as].get(name))).size > 1));
  const wanted = part === undefined ? [] : names.filter((name) => name.includes(part));
  return {
    answered: answered.map(([node]) => node),
    unanswered: Object.fromEntries(unanswered),
    differs: Object.fromEntries(differing.slice(0, settingsMax).map((name) => [name, valuesOf(name)])),
    same: names.length - differing.length,
    ...(part !== undefined && { settings: Object.fromEntries(wanted.slice(0, settingsMax).map((name) => [name, differing.includes(name) ? valuesOf(name) : (answered[0]?.[1].asTold.get(name) ?? null)])) }),
    ...(Math.max(wanted.length, differing.length) > settingsMax && { truncated: { shown: settingsMax, of: Math.max(wanted.length, differing.length) } }),
  };
}
