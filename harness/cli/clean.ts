import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { allUndoers } from '../clusters/undoers.ts';
import type { Undoer } from '../journal/contract.ts';
import { Journal, type JournaledRun, type OpenChange } from '../journal/journal.ts';
import { journalFile } from '../journal/place.ts';
import { takeBack } from '../journal/take-back.ts';

interface CleanFlags {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** What became of one run's changes, for people and programs. */
interface CleanedRun {
  readonly run: string;
  /** `alive`: its lab still works, or another `lab clean` works on it, so nothing was touched; `dry`: nothing was done because nothing was to be done. */
  readonly state: 'alive' | 'dry' | 'healed' | 'unhealed';
  readonly ownerPid: number;
  /** Taken back, or to be taken back; newest first. */
  readonly changes: readonly string[];
  readonly unhealed: readonly { readonly change: string; readonly because: string }[];
}

/** Adds `lab clean`. */
export function registerClean(program: Command): void {
  program
    .command('clean')
    .description('take back what dead runs left on this machine: processes, containers, networks, disks, limits, files')
    .option('--dry-run', 'say what would be taken back and touch nothing')
    .option('--json', 'print one document, lab.clean/v1')
    .addHelpText('after', '\nOnly what the fault journal says that the lab made is touched, and nothing of a run whose lab still works.\n\nExamples:\n  npx lab clean --dry-run\n  npx lab clean')
    .action(async (flags: CleanFlags) => {
      const cleaned = await clean(flags.dryRun === true);
      process.stdout.write(flags.json ? `${JSON.stringify({ schema: 'lab.clean/v1', journal: journalFile(), runs: cleaned }, null, 1)}\n` : tell(cleaned));
      process.exitCode = cleaned.some(({ state }) => state === 'unhealed') ? 4 : 0;
    });
}

/** Takes back everything that dead runs left, newest run first. */
async function clean(dry: boolean): Promise<readonly CleanedRun[]> {
  // Where nothing was ever changed there is no journal, and looking must not make one.
  if (!existsSync(journalFile())) return [];
  using journal = new Journal();
  const undoers = await allUndoers();
  const cleaned: CleanedRun[] = [];
  for (const run of journal.runs().toReversed()) cleaned.push(await cleanRun(journal, run, { undoers, dry }));
  return cleaned;
}

async function cleanRun(journal: Journal, dead: JournaledRun, how: { readonly undoers: ReadonlyMap<string, Undoer>; readonly dry: boolean }): Promise<CleanedRun> {
  const describe = ({ kind, data }: OpenChange): string => how.undoers.get(kind)?.describe?.(data) ?? `${kind} ${JSON.stringify(data)}`;
  const { run, ownerPid } = dead;
  const part = journal.take(run);
  // Somebody else may have begun to clean it a moment ago; then it is theirs.
  const ownerAlive = dead.ownerAlive || (!how.dry && !journal.adopt(dead));
  if (ownerAlive || how.dry) return { run, ownerPid, state: ownerAlive ? 'alive' : 'dry', changes: part.open().map(describe), unhealed: [] };
  const { undone, unhealed } = await takeBack(part, how.undoers);
  return { run, ownerPid, state: unhealed.length > 0 ? 'unhealed' : 'healed', changes: undone.map(describe), unhealed: unhealed.map(({ change, because }) => ({ change: describe(change), because })) };
}

function tell(cleaned: readonly CleanedRun[]): string {
  if (cleaned.length === 0) return 'Nothing is left of any run.\n';
  return cleaned.map(({ run, state, ownerPid, changes, unhealed }) => {
    const list = (mark: string, lines: readonly string[]) => lines.map((line) => `  ${mark} ${line}\n`).join('');
    if (state === 'alive') return `${run} is at work (process ${ownerPid}) and was left alone.\n`;
    if (state === 'dry') return `${run} is dead; to be taken back:\n${list('-', changes)}`;
    const healed = `${run} is dead; taken back: ${changes.length} changes\n${list('✓', changes)}`;
    return state === 'healed' ? healed : `${healed}${list('✗', unhealed.map(({ change, because }) => `${change}: ${because}`))}`;
  }).join('');
}
