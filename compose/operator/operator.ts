// The operator's image starts here: `lab monitor`, told by the environment where to look.
import { Command } from 'commander';
import { registerMonitor } from './src/cli/monitor.ts';

const { PD_ENDPOINT, PROMETHEUS_URL, LAB_MONITOR_INTERVAL } = process.env;
const given = process.argv.slice(2);
const told = (flag, value) => (value === undefined || given.includes(flag) ? [] : [flag, value]);

const program = new Command('operator');
registerMonitor(program);
await program.parseAsync(['monitor', ...told('--pd', PD_ENDPOINT), ...told('--prometheus', PROMETHEUS_URL), ...told('--interval', LAB_MONITOR_INTERVAL), ...told('--db', '/tickets/tickets.db'), ...given], { from: 'user' }).catch((error) => {
  process.stderr.write(`${[error.failure?.because ?? error.message, error.failure?.advice].filter(Boolean).join('. ')}\n`);
  process.exitCode = error.exitCode ?? 70;
});
