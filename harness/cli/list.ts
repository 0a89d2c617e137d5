import { Argument, type Command } from 'commander';
import { subjects } from '../../src/subjects/registry.ts';
import { faults } from '../faults/registry.ts';
import { listScenarios, loadScenarioFile } from '../scenario/loader.ts';
import { keysAt } from '../scenario/schema-shape.ts';

/** A row of `lab list`. */
export interface ScenarioRow {
  readonly name: string;
  readonly title: string;
  readonly subject: string;
  readonly cluster: string;
  readonly tags: readonly string[];
}

type Row = Readonly<Record<string, unknown>>;

/** Adds `lab list`. */
export function registerList(program: Command): void {
  program
    .command('list')
    .description('name the scenarios, faults, actions or invariants that there are')
    .addArgument(new Argument('[what]', 'what to name').choices(['scenarios', 'faults', 'actions', 'invariants']).default('scenarios'))
    .option('--json', 'print one JSON array')
    .addHelpText('after', '\nExamples:\n  npx lab list\n  npx lab list faults\n  npx lab list --json')
    .action((what: string, flags: { json?: boolean }) => {
      const rows = rowsOf(what);
      process.stdout.write(flags.json ? `${JSON.stringify(rows, undefined, 1)}\n` : tableOf(rows));
    });
}

/** Every scenario that can be run. Files with errors are named on standard error and left out. */
export function scenarioRows(root?: string): ScenarioRow[] {
  return listScenarios(root).flatMap((entry) => {
    const { scenario } = loadScenarioFile(entry.file);
    if (scenario === undefined) {
      process.stderr.write(`${entry.id} has errors and is left out: lab lint shows them\n`);
      return [];
    }
    const { title, subject, cluster, tags } = scenario;
    return [{ name: entry.id, title, subject, cluster: cluster.kind, tags }];
  });
}

function rowsOf(what: string): readonly Row[] {
  if (what === 'faults') return [...faults.values()].map((fault) => ({ name: fault.kind, title: fault.title, needs: fault.needs, params: keysAt(fault.params, []) }));
  if (what === 'actions') return [...subjects.values()].flatMap(({ name: subject, actions }) => actions.map((action) => ({ ...action, subject })));
  if (what === 'invariants') return [...subjects.values()].flatMap(({ name: subject, invariants }) => invariants.map(({ name, title, severity, graceMs }) => ({ name, title, severity, graceMs, subject })));
  return scenarioRows().map((row) => ({ ...row }));
}

// The first two columns are for reading; --json has the rest.
function tableOf(rows: readonly Row[]): string {
  const width = Math.max(0, ...rows.map((row) => String(row['name']).length));
  return rows.map((row) => `${String(row['name']).padEnd(width)}  ${String(row['title'])}${extrasOf(row)}\n`).join('');
}

function extrasOf(row: Row): string {
  const params = row['params'];
  if (Array.isArray(params) && params.length > 0) return ` (with: ${params.join(', ')})`;
  return row['reversible'] === false ? ' (not reversible)' : '';
}
