import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { subjects } from '../../src/subjects/registry.ts';
import { settingNames, setItem, usualSettings } from '../clusters/twin/store/store-settings.ts';
import { faults } from '../faults/registry.ts';
import type { Knowledge, KnownNode } from '../scenario/knowledge.ts';
import { packageDir } from './places.ts';

const inventorySchema = z.array(z.object({ node: z.string(), role: z.string() }));

// The monitor opens this ticket itself, for every subject.
const monitorsOwn = [{ name: 'blind' }];

/** All that a scenario may refer to in this installation: faults, subjects, recordings. */
export function labKnowledge(): Knowledge {
  const known = [...subjects.values()].map(({ name, invariants, actions, roles }) => ({
    name, actions, invariants: [...invariants, ...monitorsOwn],
    nodeNames: Object.fromEntries(roles.map(({ role, nodePrefix }) => [role, nodePrefix])),
  }));
  let recordings: Knowledge['recordings'];
  return {
    faults: [...faults.values()], subjects: known,
    get recordings() {
      return (recordings ??= recordingsIn(path.join(packageDir, 'recordings')));
    },
    twinSettings: { names: settingNames, refusal: (name, value) => setItem(usualSettings(), name, value) },
  };
}

function recordingsIn(root: string): ReadonlyMap<string, readonly KnownNode[]> {
  if (!existsSync(root)) return new Map();
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new Map(folders.map(({ name }) => [name, nodesOf(path.join(root, name, 'incident', 'inventory.json'))]));
}

// A recording without a readable inventory still exists; only its names cannot be checked.
function nodesOf(file: string): readonly KnownNode[] {
  if (!existsSync(file)) return [];
  const inventory = inventorySchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  return inventory.success ? inventory.data.map(({ node, role }) => ({ id: node, role })) : [];
}
