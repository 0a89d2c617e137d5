import { LabError } from '../../src/kernel/result.ts';

/** Flags of ours that npm takes for its own when somebody writes `npm run scenario x --json` without `--`. */
const switches = ['json', 'dry-run', 'quiet', 'verbose', 'all', 'resume', 'aa', 'power'];
const values = ['seed', 'diagnostician', 'out', 'scenario-file', 'trials', 'cluster', 'baseline', 'junit', 'seed-from', 'reason', 'concurrency', 'shard', 'db', 'mutants'];

/**
 * Gives back the flags that npm swallowed, read from the environment that it leaves for scripts.
 * A value that npm detached from its flag (`--seed 7` becomes a stray `7`) cannot be told from an argument: exit 2.
 */
export function withNpmFlags(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): string[] {
  const event = env['npm_lifecycle_event'];
  if (event === undefined || event === 'npx') return [...argv];
  const stray = argv.find((word, index) => /^\d+$/.test(word) && !argv[index - 1]?.startsWith('--'));
  if (stray !== undefined) {
    const rest = argv.filter((word) => word !== stray).join(' ');
    throw new LabError({ code: 'LAB_NPM_DETACHED', because: `"${stray}" looks like a value npm detached from its flag`, advice: `Use: npx lab ${rest} --seed ${stray}` }, 2);
  }
  const given = (flag: string) => argv.some((word) => word === `--${flag}` || word.startsWith(`--${flag}=`));
  const swallowed = (flag: string) => env[`npm_config_${flag.replaceAll('-', '_')}`];
  const restored = [...argv];
  for (const flag of switches) if (!given(flag) && swallowed(flag) === 'true') restored.push(`--${flag}`);
  for (const flag of values) {
    const value = swallowed(flag);
    if (!given(flag) && value !== undefined && value !== '' && value !== 'true') restored.push(`--${flag}=${value}`);
  }
  // npm reads --quiet and --verbose as its own log levels; .npmrc sets `error`, so these two can only come from there.
  const level = swallowed('loglevel');
  if (level === 'warn' && !given('quiet')) restored.push('--quiet');
  if (level === 'verbose' && !given('verbose')) restored.push('--verbose');
  return restored;
}
