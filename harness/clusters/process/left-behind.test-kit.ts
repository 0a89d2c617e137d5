import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { processesOf } from '../../journal/process-table.ts';

/** Everything on this machine that carries a run's name: processes, namespaces, links, mounts, loop devices, control groups, folders. */
export function leftBehind(run: string, scratchParent: string): readonly string[] {
  const below = (dir: string): readonly string[] => (existsSync(dir) ? readdirSync(dir) : []);
  const named = (what: string, names: readonly string[]) => names.filter((name) => name.includes(run)).map((name) => `${what} ${name}`);
  const groups = readFileSync('/proc/self/mounts', 'utf8').split('\n').map((line) => line.split(' ')).filter(([, , type]) => type === 'cgroup' || type === 'cgroup2').map(([, place = '']) => place);
  return [
    ...processesOf(run).map((pid) => `process ${pid}`),
    ...named('namespace', below('/run/netns')),
    ...named('link', below('/sys/class/net')),
    ...named('mount', readFileSync('/proc/self/mounts', 'utf8').split('\n')),
    ...named('loop device', spawnSync('losetup', ['--all', '--noheadings', '--output', 'BACK-FILE'], { encoding: 'utf8' }).stdout.split('\n')),
    ...groups.flatMap((place) => named(`control group below ${place}`, below(place))),
    ...named('folder', below(scratchParent)),
  ];
}
