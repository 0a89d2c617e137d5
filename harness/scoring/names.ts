import type { Answer } from '../history/bundle.ts';

/** Brings every way of naming a component to one: `10.77.0.22:20160`, `store 4` and `TiKV-2` all become `tikv-2`. */
export type Canonical = (name: string) => string;

const synonyms: Readonly<Record<string, string>> = {
  client: 'clients', application: 'clients', applications: 'clients', users: 'clients',
  'whole-cluster': 'cluster', 'entire-cluster': 'cluster',
};
/** Words that add nothing to a name, so that `node tikv-2 (store 4)` is still one node. */
const fillers = new Set(['the', 'a', 'node', 'nodes', 'store', 'host', 'instance', 'member', 'members', 'process', 'server', 'group', 'leader', 'id']);

/**
 * Learns the names of a run's nodes. An address is also known without its port, unless two nodes would then share
 * the name; a name that nobody has comes back tidied and otherwise as it was.
 */
export function canonicalNames(nodes: Answer['nodes']): Canonical {
  const known = learn(nodes);
  // What nodes are called before their number, and what their role is called, adds nothing either.
  const ignored = new Set([...fillers, ...nodes.flatMap(({ id, role }) => [tidy(role), tidy(id).replace(/-\d+$/, '')])]);
  const lookUp = (text: string): string | undefined => known.get(text) ?? known.get(withoutPort(text));
  return (name) => {
    const text = tidy(name);
    return lookUp(text) ?? theOnlyOneMentioned(name, lookUp, ignored) ?? text;
  };
}

function learn(nodes: Answer['nodes']): Map<string, string> {
  const known = new Map<string, string>();
  const ambiguous = new Set<string>();
  const add = (name: string, id: string) => {
    const holder = known.get(name);
    if (holder !== undefined && holder !== id) ambiguous.add(name);
    else known.set(name, id);
  };
  for (const node of nodes) for (const name of [node.host, ...node.aliases]) add(withoutPort(tidy(name)), node.id);
  for (const name of ambiguous) known.delete(name);
  // Full addresses, groups and node names are exact, so they win over what was derived from them.
  for (const node of nodes) for (const name of node.aliases) if (!ambiguous.has(tidy(name))) known.set(tidy(name), node.id);
  for (const word of ['clients', 'cluster', ...nodes.map((node) => tidy(node.role))]) known.set(word, word);
  for (const [word, meaning] of Object.entries(synonyms)) known.set(word, meaning);
  for (const node of nodes) known.set(tidy(node.id), node.id);
  return known;
}

function tidy(name: string): string {
  return name.trim().toLowerCase().replace(/^[a-z]+:\/\//, '').replace(/\/+$/, '').replace(/[\s_#]+/g, '-');
}

function withoutPort(name: string): string {
  return name.replace(/^\[(.+)\]:\d+$/, '$1').replace(/^([^:]+):\d+$/, '$1');
}

/** A longer phrase names a node when everything in it is a name of that node or a filler. */
function theOnlyOneMentioned(phrase: string, lookUp: (text: string) => string | undefined, ignored: ReadonlySet<string>): string | undefined {
  const joined = phrase.toLowerCase().replace(/\b(store|region)(?:\s+id)?[\s_#=]+(\d+)\b/g, '$1-$2');
  let found: string | undefined;
  for (const word of joined.split(/[\s,;()[\]{}=/"'`]+/).filter((part) => part !== '')) {
    if (ignored.has(word)) continue;
    const id = lookUp(tidy(word));
    if (id === undefined || (found !== undefined && found !== id)) return undefined;
    found = id;
  }
  return found;
}
