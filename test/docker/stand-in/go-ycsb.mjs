// A stand-in for go-ycsb: takes its arguments, reaches PD, and says what the real one says at the end.
import { ask, splitOnce } from './common.mjs';

const [command, database, ...rest] = process.argv.slice(2);
const properties = new Map(rest.filter((_, i) => rest[i - 1] === '-p').map((each) => splitOnce(each, '=')));
if (!['load', 'run'].includes(command) || database !== 'tikv' || properties.get('tikv.type') !== 'raw') {
  process.stderr.write(`Usage: go-ycsb load|run tikv -p tikv.type=raw …, not ${process.argv.slice(2).join(' ')}\n`);
  process.exit(1);
}
const [pd] = properties.get('tikv.pd').split(',');
const told = await ask(`http://${pd}/pd/api/v1/stores`, { timeoutMs: 5_000 });
if (told?.count === undefined) {
  process.stderr.write(`[pd] cannot reach ${pd}\n`);
  process.exit(1);
}
process.stdout.write(`${command === 'load' ? 'INSERT' : 'READ  '} - Takes(s): 0.0, Count: ${properties.get('recordcount')}, OPS: 0.0\nRun finished, takes 0s\n`);
