import { failed, ok, type Result } from '../kernel/result.ts';
import { nearest } from '../kernel/text.ts';
import type { Diagnostician } from './contract.ts';

/** Where a diagnostician is asked from. */
export interface DiagnosticianOptions {
  /** Relative paths in `command:` and `replay:` start here. */
  readonly fromDir: string;
}

// Loaded when asked for, so that a run with `rules` does not pay for an SDK that it never uses.
const known: Readonly<Record<string, (rest: string, options: DiagnosticianOptions) => Promise<Result<Diagnostician>>>> = {
  rules: async (rest, { fromDir }) => (rest === '' ? ok((await import('./rules/rules.ts')).rules) : (await import('./runbook/with-runbook.ts')).rulesWithRunbook(rest, fromDir)),
  claude: async (rest, { fromDir }) => (await import('./claude/claude.ts')).claudeNamed(rest, fromDir),
  command: async (rest, { fromDir }) => ok((await import('./command/command.ts')).command(rest, fromDir)),
  replay: async (rest, { fromDir }) => ok((await import('./replay.ts')).replay(rest, fromDir)),
};

/** The names that `--diagnostician` takes. */
export const diagnosticianNames: readonly string[] = Object.keys(known);

/** `rules`, `rules:<cause files>`, `claude`, `claude:<model>,<key>=<value>…`, `command:<program and arguments>` or `replay:<bundle>`. */
export async function diagnosticianNamed(spec: string, options: DiagnosticianOptions): Promise<Result<Diagnostician>> {
  const [name = '', ...rest] = spec.split(':');
  const make = known[name];
  if (make) return make(rest.join(':'), options);
  const guess = nearest(name, diagnosticianNames);
  return failed('LAB_UNKNOWN_DIAGNOSTICIAN', `there is no diagnostician "${spec}"`, guess ? `Did you mean "${guess}"?` : `Known: ${diagnosticianNames.join(', ')}.`);
}
