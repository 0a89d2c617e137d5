import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { wallClock } from '../../src/kernel/wall-clock.ts';

/** Every program that a run starts carries this variable with the run's name, so that it is found even if nobody wrote down its number. */
export const markerVariable = 'LAB_RUN';
/** Helpers that change the machine for a run (`ip`, `mount`) carry this one: they are ended before anybody looks at what they left. */
export const commandVariable = 'LAB_RUN_COMMAND';

const onLinux = process.platform === 'linux';

/** One row of the process table. */
export interface ProcessEntry {
  /** When it started, in the system's own unit: a process of the same number that started at another time is another process. */
  readonly started: string;
  /** The kernel's letter: R, S, D, T, Z. */
  readonly letter: string;
  /** CPU time that it used, in the system's ticks; 0 where the system does not say. */
  readonly ticks: number;
}

/** The process with this number, or undefined when there is none. */
export function processEntry(pid: number): ProcessEntry | undefined {
  try {
    return onLinux ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
}

/** Whether the very process that was meant still exists; one that has ended and waits for its parent does not. */
export function isAlive(pid: number, started: string): boolean {
  const entry = processEntry(pid);
  return entry !== undefined && entry.started === started && entry.letter !== 'Z' && entry.letter !== 'X';
}

/** Numbers of all processes that carry a run's marker, this one left out. */
export function processesOf(run: string, variable = markerVariable): readonly number[] {
  const marker = `${variable}=${run}`;
  return (onLinux ? markedInProc(marker) : markedInPs(marker)).filter((pid) => pid !== process.pid);
}

/** Ends every process that carries a run's marker, and waits until they are gone. */
export async function endProcessesOf(run: string, variable = markerVariable): Promise<void> {
  let quiet = 0;
  // A process may start another while it is being ended, so one empty look is not enough.
  for (let look = 0; look < 200 && quiet < 2; look++) {
    const pids = processesOf(run, variable);
    for (const pid of pids) signal(pid, 'SIGKILL');
    quiet = pids.length === 0 ? quiet + 1 : 0;
    if (quiet < 2) await wallClock.sleep(look === 0 ? 5 : 50);
  }
  const left = processesOf(run, variable);
  if (left.length > 0) throw new Error(`the processes ${left.join(', ')} cannot be ended`);
}

/** Sends a signal; a process that is gone is no failure. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function fromProc(pid: number): ProcessEntry {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in parentheses may hold blanks and parentheses of its own.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // Start times count from boot, so one of an earlier boot must not look alike.
  return { letter: fields[0] ?? 'X', started: `${bootId()}:${fields[19]}`, ticks: Number(fields[11]) + Number(fields[12]) };
}

function fromPs(pid: number): ProcessEntry | undefined {
  const [letter, ...started] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim().split(/\s+/);
  return letter ? { letter: letter.slice(0, 1), started: started.join(' '), ticks: 0 } : undefined;
}

let boot: string | undefined;
const bootId = (): string => (boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim().slice(0, 8));

function markedInProc(marker: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(marker)).map(Number);
}

/** Empty for processes of others, for those that are gone, and for those that have ended. */
function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function markedInPs(marker: string): number[] {
  const lines = execFileSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).split('\n');
  return lines.filter((line) => line.split(/\s+/).includes(marker)).map((line) => Number.parseInt(line, 10));
}
