#!/usr/bin/env node
// Runs the lab on the runtime that package.json brings: this file alone must work on any Node that npm runs on.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const major = Number(process.versions.node.split('.')[0]);
if (major >= 24) {
  const [{ enableCompileCache }, { setFlagsFromString }] = await Promise.all([import('node:module'), import('node:v8')]);
  // Modules are compiled whole, so that the compile cache holds every function and a run compiles none (docs/adr/0008).
  // Node's own larger modules come before: Node brings them compiled, and only for the usual flags.
  await Promise.all(['node:child_process', 'node:crypto', 'node:zlib'].map((name) => import(name)));
  setFlagsFromString('--no-lazy');
  enableCompileCache?.();
  const { builtMain } = await import('./built.mjs');
  const { main } = await import(builtMain() ?? '../harness/cli/main.ts');
  await main(process.argv.slice(2));
} else {
  const runtime = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(runtime)) {
    process.stderr.write(`The lab needs Node 24; this is ${process.version}. Run "npm ci" once: it brings its own.\n`);
    process.exit(4);
  }
  const { spawn } = await import('node:child_process');
  const child = spawn(runtime, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal signals both of us, `kill` only this one: pass it on, and let the child end in its own way. It knows a signal that came twice.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`The lab's own Node cannot be started: ${error.message}\nRun "npm ci" once more.\n`);
    process.exit(4);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 4)));
}
