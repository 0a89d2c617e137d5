import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this machine's fault journal is kept, unless somebody names another file. */
export function journalFile(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const own = env['LAB_STATE_DIR'];
  if (own) return join(own, 'journal.db');
  return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'operator-lab', 'journal.db');
}
