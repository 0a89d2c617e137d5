import type { Command } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { RecordedScript } from '../clusters/contract.ts';
import { type Explanation, explain } from '../scenario/explanation.ts';
import { explanationText } from '../scenario/explanation-text.ts';
import type { Scenario } from '../scenario/schema.ts';
import { chosenScenario } from './chosen-scenario.ts';
import { labKnowledge } from './knowledge.ts';
import { packageDir } from './places.ts';

/** Adds `lab explain`. */
export function registerExplain(program: Command): void {
  program
    .command('explain')
    .description('say what a scenario would do, whom it strikes and what is true, and start nothing')
    .argument('[scenario]', 'tikv/store-down, or just store-down')
    .option('--scenario-file <file>', 'a scenario outside the repository')
    .option('--json', 'print one document, lab.explain/v1')
    .addHelpText('after', '\nExamples:\n  npx lab explain store-down\n  npx lab explain --scenario-file mine.yaml --json')
    .action((name: string | undefined, flags: { scenarioFile?: string; json?: boolean }) => {
      const scenario = chosenScenario(name, flags.scenarioFile);
      process.stdout.write(flags.json ? `${JSON.stringify(explanationOf(scenario), undefined, 1)}\n` : explainText(scenario));
    });
}

/** The explanation of a scenario as text; its last line says that nothing was started. */
export function explainText(scenario: Scenario): string {
  return explanationText(explanationOf(scenario));
}

/** The explanation of a scenario; a recording's acts are read from its script. */
export function explanationOf(scenario: Scenario): Explanation {
  const nodeNames = labKnowledge().subjects?.find((subject) => subject.name === scenario.subject)?.nodeNames;
  return explain(scenario, { script: scenario.cluster.kind === 'recorded' ? scriptOf(scenario.cluster.recording) : undefined, nodeNames });
}

const scriptSchema = z.object({ startMs: z.number(), endMs: z.number(), injectMs: z.number().optional(), revertMs: z.number().optional() });

function scriptOf(recording: string): RecordedScript | undefined {
  const file = path.join(packageDir, 'recordings', recording, 'script.json');
  if (!existsSync(file)) return undefined;
  const { startMs, endMs, injectMs, revertMs } = scriptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { startMs, endMs, ...(injectMs === undefined ? {} : { injectMs }), ...(revertMs === undefined ? {} : { revertMs }) };
}
