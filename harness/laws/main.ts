import { parseArgs } from 'node:util';
import { stopwatch } from '../../src/kernel/wall-clock.ts';
import { checkLawsOnAllCores } from './spread.ts';

const { values } = parseArgs({ options: { schedules: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } } });
const run = { schedules: Number(values.schedules), seed: Number(values.seed) };
const took = stopwatch();
const broken = await checkLawsOnAllCores(run, (done) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} schedules `);
});
if (broken !== undefined) process.stdout.write(`${broken}\n`);
process.stdout.write(`${broken === undefined ? 'every law held' : 'a law is broken'}: ${run.schedules} schedules from seed ${run.seed}, ${Math.round(took() / 1_000)} s\n`);
process.exitCode = broken === undefined ? 0 : 1;
