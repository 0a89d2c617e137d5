import { LabError } from '../../src/kernel/result.ts';

/** Flags of ours that npm takes for its own when somebody writes `npm run scenario x --json` without `--`. */
const switches = ['json', 'dry-run', 'quiet', 'all', 'resume', 'aa', 'power'];
const values = ['seed', 'diagnostician', 'out', 'scenario-file', 'trials', 'cluster', 'baseline', 'junit', 'seed-from', 'reason', 'concurrency', 'shard', 'db', 'mutants', 'paraphrases'];

/**
 * Gives back the flags that npm swallowed, read from the environment that it leaves for scripts.
 * A value that npm detached from its flag (`--seed 7` becomes a stray `7`) cannot be told from an argument: exit 2.
 */
export function withNpmFlags(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): string[] {
  const event = env['npm_lifecycle_event'];
  if (event === undefined || event === 'npx') return [...argv];
  const given = (flag: string) => argv.some((word) => word === `--${flag}` || word.startsWith(`--${flag}=`));
  const swallowed = (flag: string) => env[`npm_config_${flag.replaceAll('-', '_')}`];
  const bare = values.find((flag) => !given(flag) && swallowed(flag) === 'true');
  if (bare !== undefined && argv.length > 1) throw detached(argv.slice(0, -1), bare, argv.at(-1) ?? '');
  const stray = argv.find((word, index) => /^\d+$/.test(word) && !argv[index - 1]?.startsWith('--'));
  if (stray !== undefined) throw detached(argv.filter((word) => word !== stray), 'seed', stray);
  const restored = [...argv];
  for (const flag of switches) if (!given(flag) && swallowed(flag) === 'true') restored.push(`--${flag}`);
  for (const flag of values) {
    const value = swallowed(flag);
    if (!given(flag) && value !== undefined && value !== '' && value !== 'true') restored.push(`--${flag}=${value}`);
  }
  // npm reads --quiet as its own log level; .npmrc sets `error`, so `warn` can only come from there.
  const level = swallowed('loglevel');
  if (level === 'warn' && !given('quiet')) restored.push('--quiet');
  return restored;
}

function detached(rest: readonly string[], flag: string, value: string): LabError {
  const shown = /\s/.test(value) ? JSON.stringify(value) : value;
  return new LabError({ code: 'LAB_NPM_DETACHED', because: `"${value}" looks like a value npm detached from its flag`, advice: `Use: npx lab ${rest.join(' ')} --${flag} ${shown}` }, 2);
}
