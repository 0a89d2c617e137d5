import type { Command } from 'commander';

type Register = (program: Command) => void;

// Loaded by name, so that a run does not wait for modules of commands that it is not.
const byName: Readonly<Record<string, () => Promise<Register>>> = {
  run: async () => (await import('./run.ts')).registerRun,
  suite: async () => (await import('./suite.ts')).registerSuite,
  campaign: async () => (await import('./campaign.ts')).registerCampaign,
  compare: async () => (await import('./compare.ts')).registerCompare,
  merge: async () => (await import('./merge.ts')).registerMerge,
  regress: async () => (await import('./regress.ts')).registerRegress,
  baseline: async () => (await import('./regress.ts')).registerBaseline,
  diagnose: async () => (await import('./diagnose.ts')).registerDiagnose,
  mcp: async () => (await import('./mcp.ts')).registerMcp,
  rediagnose: async () => (await import('./rediagnose.ts')).registerRediagnose,
  'judge-check': async () => (await import('./judge-check.ts')).registerJudgeCheck,
  opinion: async () => (await import('./opinion.ts')).registerOpinion,
  rescore: async () => (await import('./rescore.ts')).registerRescore,
  report: async () => (await import('./report.ts')).registerReport,
  fidelity: async () => (await import('./fidelity.ts')).registerFidelity,
  list: async () => (await import('./list.ts')).registerList,
  explain: async () => (await import('./explain.ts')).registerExplain,
  lint: async () => (await import('./lint.ts')).registerLint,
  new: async () => (await import('./new.ts')).registerNew,
  schema: async () => (await import('./schema.ts')).registerSchema,
  serve: async () => (await import('./serve.ts')).registerServe,
  clean: async () => (await import('./clean.ts')).registerClean,
  export: async () => (await import('./export.ts')).registerExport,
  import: async () => (await import('./import.ts')).registerImport,
  record: async () => (await import('./record.ts')).registerRecord,
  monitor: async () => (await import('../../src/cli/monitor.ts')).registerMonitor,
  tickets: async () => (await import('../../src/cli/tickets.ts')).registerTickets,
};

/** The registration of the named command, or of all of them for help and for a name that does not exist. */
export async function commands(named: string | undefined): Promise<readonly Register[]> {
  const one = named === undefined ? undefined : byName[named];
  return Promise.all((one ? [one] : Object.values(byName)).map((load) => load()));
}
