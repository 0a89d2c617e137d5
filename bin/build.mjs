#!/usr/bin/env node
// Builds what built.mjs looks for, there or in the folder that is named; `npm ci` does it. Without development packages nothing is built, and the lab runs from its sources.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildDir, installed, madeOfFile, packageDir, stampOf } from './built.mjs';

/** What every run loads. Other packages stay where they are: they bring programs of their own, or few commands want them. */
const inlined = /^(zod|yaml|handlebars|commander|d3-[\w-]+|@prometheus-io\/lezer-promql|@lezer\/\w+|re2js|internmap|source-map)(\/|$)/;
const isPackage = (id) => !id.startsWith('.') && !id.startsWith('\0') && !isAbsolute(id);

/** A module asks where it lies to find files beside it: it lies where its source does. */
const whereTheSourceIs = {
  name: 'where-the-source-is',
  transform: {
    filter: { code: /import\.meta\.url/ },
    handler: (code, id) => code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)),
  },
};

/** The page templates are compiled here and not by each run. */
const compiledTemplates = {
  name: 'compiled-templates',
  load: {
    filter: { id: /harness\/reporting\/compiled\.ts$/ },
    handler: async () => (await import('../harness/reporting/compiled.ts')).compiledModule(),
  },
};
const templates = 'reports/templates';

async function build(rolldown, into) {
  const graph = await rolldown({
    input: join(packageDir, 'harness/cli/main.ts'), cwd: packageDir, platform: 'node', plugins: [compiledTemplates, whereTheSourceIs],
    external: (id) => isPackage(id) && !inlined.test(id),
  });
  const { output } = await graph.write({ dir: into, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' });
  await graph.close();
  const sources = output.flatMap((chunk) => chunk.moduleIds ?? []).filter((id) => isAbsolute(id)).map((id) => relative(packageDir, id)).filter((path) => !path.startsWith('node_modules'));
  const views = readdirSync(join(packageDir, templates)).map((name) => join(templates, name));
  const stamps = [installed, ...views, ...sources].map((path) => stampOf(path));
  writeFileSync(join(into, madeOfFile), JSON.stringify({ packageDir, entry: 'main.mjs', stamps }));
}

const dir = process.argv[2] ?? buildDir;
const found = await import('rolldown').catch(() => undefined);
rmSync(dir, { recursive: true, force: true });
if (found) {
  mkdirSync(dirname(dir), { recursive: true });
  const draft = mkdtempSync(`${dir}-`);
  try {
    await build(found.rolldown, draft);
    // A lab that starts meanwhile finds nothing or the whole.
    renameSync(draft, dir);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    process.stderr.write(`The lab could not be built and runs from its sources: ${error instanceof Error ? error.stack : String(error)}\n`);
  }
}
