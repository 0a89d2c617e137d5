import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
// Below node_modules, as the real one: it finds its packages from there.
const built = join(root, `node_modules/.cache/operator-lab-test-${process.pid}`);
const home = mkdtempSync(join(tmpdir(), 'lab-built-'));

afterAll(() => [built, home].forEach((dir) => rmSync(dir, { recursive: true, force: true })));

/** What `lab` prints when it starts from this module. */
function lab(main: string, ...words: readonly string[]): string {
  const program = `const { main } = await import(${JSON.stringify(pathToFileURL(main).href)}); await main(${JSON.stringify(words)});`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root, encoding: 'utf8' });
}

describe('the lab, built', () => {
  execFileSync(process.execPath, ['bin/build.mjs', built], { cwd: root });
  const both = (...words: readonly string[]): [string, string] => [lab(join(built, 'main.mjs'), ...words), lab(join(root, 'harness/cli/main.ts'), ...words)];

  it('has every command', () => {
    const [fromBuild, fromSources] = both('--help');
    expect(fromBuild).toBe(fromSources);
  });

  it('finds the files of the package', () => {
    const [fromBuild, fromSources] = both('explain', 'store-down');
    expect(fromBuild).toBe(fromSources);
  });

  it('writes the same run and the same page', () => {
    const [fromBuild, fromSources] = [join(built, 'main.mjs'), join(root, 'harness/cli/main.ts')].map((main) => {
      const { digest } = JSON.parse(lab(main, 'run', 'store-down', '--quiet', '--json', '--out', join(home, 'run'))) as { digest: string };
      return { digest, page: readFileSync(join(home, 'run/index.html'), 'utf8') };
    });
    expect(fromBuild?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(fromBuild).toEqual(fromSources);
  });
});
