import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/**
 * Who may import whom (docs/ARCHITECTURE.md): the first row whose folder holds a file speaks for it. Node's own modules
 * and the packages of package.json are allowed unless `packages` names the only ones.
 */
const table: readonly { folder: string; may: readonly string[]; packages?: readonly string[] }[] = [
  { folder: 'src/kernel', may: ['src/kernel'], packages: [] },
  { folder: 'src/ports', may: ['src/kernel', 'src/ports'] },
  { folder: 'src/subjects/contract.ts', may: ['src/kernel', 'src/ports'] },
  { folder: 'src/subjects/registry.ts', may: ['src/subjects'] },
  { folder: 'src/subjects/tikv', may: ['src/kernel', 'src/ports', 'src/subjects/contract.ts', 'src/subjects/tikv'] },
  { folder: 'src/subjects/etcd', may: ['src/kernel', 'src/ports', 'src/subjects/contract.ts', 'src/subjects/etcd'] },
  { folder: 'src/monitor', may: ['src/kernel', 'src/ports', 'src/subjects/contract.ts', 'src/tickets', 'src/monitor'] },
  { folder: 'src/tickets', may: ['src/kernel', 'src/subjects/contract.ts', 'src/tickets'] },
  { folder: 'src/diagnosis', may: ['src/kernel', 'src/ports', 'src/tickets', 'src/subjects/contract.ts', 'src/diagnosis'] },
  { folder: 'src/cli', may: ['src'] },
  { folder: 'harness/telemetry', may: ['src/kernel', 'src/ports', 'harness/telemetry'] },
  { folder: 'harness/clusters/contract.ts', may: ['src/kernel', 'src/ports', 'harness/clusters/controls.ts'] },
  { folder: 'harness/clusters/controls.ts', may: ['src/kernel', 'harness/clusters/contract.ts'] },
  { folder: 'harness/clusters/registry.ts', may: ['src/kernel', 'harness/clusters'] },
  { folder: 'harness/clusters/twin', may: ['src/kernel', 'src/ports', 'harness/telemetry', 'harness/clusters/contract.ts', 'harness/clusters/twin'] },
  { folder: 'harness/clusters/recorded', may: ['src/kernel', 'src/ports', 'harness/telemetry', 'harness/clusters/contract.ts', 'harness/clusters/recorded'] },
  { folder: 'harness/clusters/process', may: ['src/kernel', 'src/ports', 'harness/telemetry', 'harness/clusters/contract.ts', 'harness/clusters/process', 'harness/clusters/real', 'harness/deployments', 'harness/journal', 'harness/load'] },
  { folder: 'harness/clusters/compose', may: ['src/kernel', 'src/ports', 'harness/telemetry', 'harness/clusters/contract.ts', 'harness/clusters/compose', 'harness/clusters/real', 'harness/deployments', 'harness/journal', 'harness/load'] },
  { folder: 'harness/clusters/attach', may: ['src/kernel', 'src/ports', 'harness/telemetry', 'harness/clusters/contract.ts', 'harness/clusters/attach', 'harness/clusters/real', 'harness/deployments'] },
  { folder: 'harness/clusters/real', may: ['src/kernel', 'src/ports', 'harness/telemetry', 'harness/clusters/contract.ts', 'harness/clusters/real', 'harness/deployments', 'harness/journal', 'harness/load'] },
  { folder: 'harness/deployments', may: ['src/kernel', 'src/ports', 'harness/clusters/contract.ts', 'harness/deployments'] },
  { folder: 'harness/journal', may: ['src/kernel', 'harness/journal'] },
  { folder: 'harness/load', may: ['src/kernel', 'harness/clusters/contract.ts', 'harness/load'] },
  { folder: 'harness/faults', may: ['src/kernel', 'harness/clusters/contract.ts', 'harness/faults'] },
  { folder: 'harness/scenario', may: ['src/kernel', 'src/diagnosis/vocabulary.ts', 'src/subjects/contract.ts', 'harness/clusters/contract.ts', 'harness/faults/contract.ts', 'harness/scenario'] },
  { folder: 'harness/history', may: ['src/kernel', 'src/diagnosis/contract.ts', 'src/diagnosis/vocabulary.ts', 'harness/history'] },
  { folder: 'harness/statistics', may: ['src/kernel', 'harness/statistics'] },
  { folder: 'harness/scoring', may: ['src/kernel', 'src/diagnosis/contract.ts', 'src/diagnosis/vocabulary.ts', 'src/diagnosis/evidence.ts', 'src/subjects/contract.ts', 'harness/history', 'harness/statistics', 'harness/scoring'] },
  { folder: 'harness/reporting', may: ['src/kernel', 'src/diagnosis/contract.ts', 'src/diagnosis/vocabulary.ts', 'harness/history', 'harness/statistics', 'harness/reporting'] },
  { folder: 'harness', may: ['src', 'harness'] },
];

/** Words that only one file may say, and what to say instead. */
const bans: readonly { word: RegExp; instead: string; except: readonly string[] }[] = [
  { word: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/, instead: 'clock.now(), or stopwatch() for wall time', except: ['src/kernel/wall-clock.ts'] },
  { word: /\bsetTimeout\(|\bsetInterval\(|\bsetImmediate\(/, instead: 'clock.sleep()', except: ['src/kernel/wall-clock.ts'] },
  { word: /\bMath\.random\(/, instead: 'a Random stream', except: ['src/kernel/random.ts'] },
];

const sources = ['src', 'harness'].flatMap(filesBelow).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));

function filesBelow(dir: string): string[] {
  return readdirSync(join(root, dir), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** Every module that a file imports, exports from, or loads later, read from its syntax tree. */
function importsOf(file: string): string[] {
  const { module } = parseSync(file, readFileSync(join(root, file), 'utf8'));
  const text = readFileSync(join(root, file), 'utf8');
  const fixed = [...module.staticImports.map((each) => each.moduleRequest.value), ...module.staticExports.flatMap((each) => each.entries.flatMap((entry) => entry.moduleRequest?.value ?? []))];
  const later = module.dynamicImports.map((each) => text.slice(each.moduleRequest.start + 1, each.moduleRequest.end - 1));
  return [...fixed, ...later];
}

const within = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);
const target = (file: string, request: string): string | undefined => (request.startsWith('.') ? relative(root, resolve(root, dirname(file), request)) : undefined);

describe('house: who may import whom', () => {
  it.each(table.map((row) => row.folder))('%s keeps to its row of the table', (folder) => {
    const row = table.find((each) => each.folder === folder);
    const wrong = sources
      .filter((file) => table.find((each) => within(file, each.folder)) === row)
      .flatMap((file) => importsOf(file).map((request) => ({ file, request, to: target(file, request) })))
      .filter(({ request, to }) => (to === undefined ? row?.packages !== undefined && !request.startsWith('node:') && !row.packages.includes(request) : !row?.may.some((place) => within(to, place))))
      .map(({ file, request }) => `${file} imports ${request}`);
    expect(wrong).toEqual([]);
  });

  it('the operator cannot see the answer key: nothing below src/ names harness, scenarios, compose or reports', () => {
    const wrong = sources.filter((file) => file.startsWith('src/')).flatMap((file) => importsOf(file).filter((request) => /(harness|scenarios|compose|reports)\//.test(request)).map((request) => `${file} imports ${request}`));
    expect(wrong).toEqual([]);
  });

  it('only claude.ts knows the Anthropic SDK, and nobody imports a cli', () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((request) => (request.startsWith('@anthropic-ai/') && file !== 'src/diagnosis/claude/claude.ts') || (/(^|\/)cli\//.test(target(file, request) ?? '') && !/(^|\/)cli\//.test(file)))
        .map((request) => `${file} imports ${request}`),
    );
    expect(wrong).toEqual([]);
  });

  it('sees a wrong import when there is one', () => {
    expect(target('src/diagnosis/rules/rules.ts', '../../../harness/lab.ts')).toBe('harness/lab.ts');
    expect(within('harness/lab.ts', 'harness')).toBe(true);
    expect(importsOf('test/house.test.ts')).toContain('vitest');
  });
});

describe('house: words', () => {
  it.each(bans.map((ban) => [ban.instead, ban] as const))('say %s', (_instead, { word, except }) => {
    const wrong = sources.filter((file) => !except.includes(file)).flatMap((file) =>
      readFileSync(join(root, file), 'utf8').split('\n').flatMap((line, index) => (word.test(line.replace(/\/\/.*|^\s*\*.*/, '')) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
    );
    expect(wrong).toEqual([]);
  });

  it('every export carries a sentence of documentation', () => {
    const wrong = sources.flatMap((file) => {
      const lines = readFileSync(join(root, file), 'utf8').split('\n');
      return lines.flatMap((line, index) => {
        if (!/^export (async )?(abstract )?(function|class|interface|type|const|enum)\b/.test(line) || line.startsWith('export type {')) return [];
        // Overloads and a type beside the schema of the same name share one comment.
        return lines[index - 1]?.trimEnd().endsWith('*/') || lines[index - 1]?.startsWith('export ') ? [] : [`${file}:${index + 1}: ${line.slice(0, 80)}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('no file holds two ideas: at most 250 lines', () => {
    const long = sources.map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length })).filter(({ lines }) => lines > 251);
    expect(long).toEqual([]);
  });
});
