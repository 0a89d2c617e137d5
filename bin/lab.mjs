#!/usr/bin/env node
// Runs the lab on the runtime that package.json brings: this file alone must work on any Node that npm runs on.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const major = Number(process.versions.node.split('.')[0]);
if (major >= 24) {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache?.();
  const { main } = await import('../harness/cli/main.ts');
  await main(process.argv.slice(2));
} else {
  const runtime = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(runtime)) {
    process.stderr.write(`The lab needs Node 24; this is ${process.version}. Run "npm ci" once: it brings its own.\n`);
    process.exit(4);
  }
  const stop = () => {}; // The child gets the same signal from the terminal and ends in its own way.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  const child = spawnSync(runtime, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(child.status ?? (child.signal === 'SIGINT' ? 130 : child.signal === 'SIGTERM' ? 143 : 4));
}
