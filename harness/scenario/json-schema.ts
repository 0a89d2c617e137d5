import { z } from 'zod';
import type { Knowledge } from './knowledge.ts';
import { scenarioSchema } from './schema.ts';

type Schema = Record<string, unknown>;

/**
 * The JSON Schema (draft 7) of a scenario file, for editors. What the lab has is woven in: fault kinds, with the
 * parameters of each offered only beside it, and the names of subjects, invariants and actions.
 */
export function scenarioJsonSchema(knowledge: Knowledge): Schema {
  const { $schema, ...rest } = z.toJSONSchema(scenarioSchema, { target: 'draft-07', io: 'input' }) as Schema;
  const schema = { $schema, title: 'An Operator Lab scenario', ...rest };
  const { faults = [], subjects = [] } = knowledge;
  visit(schema, (node) => {
    const properties = node['properties'] as Record<string, Schema> | undefined;
    if (properties?.['fault'] !== undefined && properties['into'] !== undefined) weaveFaults(node, properties, faults);
    offer(properties?.['subject'], subjects.map((subject) => subject.name));
    offer(properties?.['invariant'], subjects.flatMap((subject) => subject.invariants.map((invariant) => invariant.name)));
    for (const rank of ['recommended', 'acceptable', 'harmful']) offer(properties?.[rank]?.['items'] as Schema | undefined, subjects.flatMap((subject) => subject.actions.map((action) => action.name)));
  });
  return schema;
}

/** The schema as it is committed: indented, with a line break at its end. */
export function scenarioSchemaText(knowledge: Knowledge): string {
  return `${JSON.stringify(scenarioJsonSchema(knowledge), undefined, 2)}\n`;
}

function weaveFaults(node: Schema, properties: Record<string, Schema>, faults: NonNullable<Knowledge['faults']>): void {
  if (faults.length === 0) return;
  offer(properties['fault'], faults.map((fault) => fault.kind));
  node['allOf'] = faults.map((fault) => {
    const { $schema: _, ...params } = z.toJSONSchema(fault.params, { target: 'draft-07', io: 'input', unrepresentable: 'any' }) as Schema;
    // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's own keyword; nobody awaits this
    return { if: { properties: { fault: { const: fault.kind } }, required: ['fault'] }, then: { properties: { with: params } } };
  });
}

function offer(node: Schema | undefined, words: readonly string[]): void {
  if (node === undefined || words.length === 0) return;
  node['enum'] = [...new Set(words)];
  delete node['pattern'];
  delete node['examples'];
}

function visit(node: unknown, look: (node: Schema) => void): void {
  if (node === null || typeof node !== 'object') return;
  if (!Array.isArray(node)) look(node as Schema);
  for (const child of Object.values(node)) visit(child, look);
}
