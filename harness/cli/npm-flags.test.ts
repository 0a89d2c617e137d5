import { describe, expect, it } from 'vitest';
import { LabError } from '../../src/kernel/result.ts';
import { withNpmFlags } from './npm-flags.ts';

const script = { npm_lifecycle_event: 'scenario', npm_config_loglevel: 'error' };

describe('cli: flags that npm takes for its own', () => {
  it.each([
    ['npm run scenario store-down --json', { npm_config_json: 'true' }, ['run', 'store-down', '--json']],
    ['npm run scenario store-down --dry-run', { npm_config_dry_run: 'true' }, ['run', 'store-down', '--dry-run']],
    ['npm run scenario store-down --seed=7', { npm_config_seed: '7' }, ['run', 'store-down', '--seed=7']],
    ['npm run suite --shard=2/3 --concurrency=4 --resume', { npm_config_shard: '2/3', npm_config_concurrency: '4', npm_config_resume: 'true' }, ['run', 'store-down', '--resume', '--concurrency=4', '--shard=2/3']],
    ['npm run suite --junit=out.xml --seed-from=5', { npm_config_junit: 'out.xml', npm_config_seed_from: '5' }, ['run', 'store-down', '--junit=out.xml', '--seed-from=5']],
    ['npm run lab -- baseline accept, with --reason="good enough"', { npm_config_reason: 'good enough' }, ['run', 'store-down', '--reason=good enough']],
    ['npm run scenario store-down --quiet', { npm_config_loglevel: 'warn' }, ['run', 'store-down', '--quiet']],
  ])('%s means what it says', (_line, env, expected) => {
    expect(withNpmFlags(['run', 'store-down'], { ...script, ...env })).toEqual(expected);
  });

  it('stops at a value that npm detached from its flag, and says what to type', () => {
    const attempt = () => withNpmFlags(['run', 'store-down', '7'], { ...script, npm_config_seed: 'true' });
    expect(attempt).toThrow(LabError);
    expect(attempt).toThrow('"7" looks like a value npm detached');
  });

  it.each([['out', '/tmp/x'], ['diagnostician', 'command:python3 agent.py'], ['scenario-file', 'mine.yaml']])('names --%s when its value was detached', (flag, value) => {
    const attempt = () => withNpmFlags(['run', value], { ...script, [`npm_config_${flag.replaceAll('-', '_')}`]: 'true' });
    expect(attempt).toThrow(expect.objectContaining({ exitCode: 2, failure: expect.objectContaining({ code: 'LAB_NPM_DETACHED', advice: expect.stringContaining(`npx lab run --${flag} `) }) }));
  });

  it('leaves a flag that did arrive as it is', () => {
    expect(withNpmFlags(['run', 'store-down', '--seed', '7'], { ...script, npm_config_json: 'true' })).toEqual(['run', 'store-down', '--seed', '7', '--json']);
  });

  it('touches nothing outside an npm script', () => {
    expect(withNpmFlags(['run', 'x', '7'], { npm_config_json: 'true' })).toEqual(['run', 'x', '7']);
    expect(withNpmFlags(['run', 'x'], { npm_lifecycle_event: 'npx', npm_config_json: 'true' })).toEqual(['run', 'x']);
  });
});
