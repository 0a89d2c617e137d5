import type { Command } from 'commander';
import { join } from 'node:path';
import { LabError, orThrow } from '../../src/kernel/result.ts';
import { absoluteWords, splitWords } from '../../src/diagnosis/command/words.ts';
import type { Bundle } from '../history/bundle.ts';
import { readBundle } from '../history/bundle-reader.ts';
import { votesFile } from '../history/digest.ts';
import { writeAtomically } from '../history/files.ts';
import { agreementText, familyOf, majorityOf, type Opinion, questionFor, type Vote, voteSchema } from '../scoring/opinion.ts';
import { shownPath, userPath } from './places.ts';
import { wholeNumber } from './suite/flags.ts';

const answerLimitMs = 120_000;

interface Flags {
  readonly judge: string;
  readonly family: string;
  readonly agentFamily?: string;
  readonly votes: string;
}

/** Adds `lab opinion`. */
export function registerOpinion(program: Command): void {
  program
    .command('opinion')
    .description('ask a judge program about the free text of old bundles; changes no score')
    .argument('<bundles...>', 'run bundles')
    .requiredOption('--judge <command>', 'a program that reads one question (JSON, lab.judge/v1) and prints one vote')
    .requiredOption('--family <name>', 'the family of models that the judge belongs to; never that of the agent')
    .option('--agent-family <name>', "the agent's, where its name does not tell (command:, replay:)")
    .option('--votes <n>', 'how often each question is asked', '3')
    .addHelpText('after', "\nVotes are kept in the bundle (votes.json, outside its digest).\n\nExample:\n  npx lab opinion reports/runs/x --judge 'python3 judge.py' --family llama")
    .action(async (bundles: string[], flags: Flags) => {
      process.exitCode = await opinion(bundles.map(userPath), flags);
    });
}

async function opinion(dirs: readonly string[], flags: Flags): Promise<number> {
  const times = wholeNumber('--votes', flags.votes, 1);
  const read = dirs.map((dir) => ({ dir, bundle: orThrow(readBundle(dir), 2) }));
  for (const { dir, bundle } of read) refuseKin(dir, bundle, flags);
  const opinions: Opinion[] = [];
  for (const { dir, bundle } of read) {
    const question = bundle.answer === null || bundle.run.state !== 'scored' ? undefined : questionFor(bundle, bundle.answer);
    if (question === undefined) {
      process.stdout.write(`-         ${shownPath(dir)}  there is nothing to judge (${bundle.run.state})\n`);
      continue;
    }
    const votes: Vote[] = [];
    for (let turn = 0; turn < times; turn++) votes.push(await voteOn(question, flags));
    writeAtomically(join(dir, votesFile), `${JSON.stringify({ schema: 'lab.votes/v1', judge: flags.judge, votes }, null, 1)}\n`);
    const passes = bundle.run.scorecard?.headline === true;
    opinions.push({ passes, votes });
    process.stdout.write(`${majorityOf(votes).padEnd(9)} ${shownPath(dir)}  code says ${passes ? 'PASS' : 'FAIL'}  ${votes[0]?.because.slice(0, 120).replaceAll(/\s+/g, ' ') ?? ''}\n`);
  }
  process.stdout.write(agreementText(opinions));
  return opinions.length === 0 ? 3 : 0;
}

/** A model favours its own kind, so it is not asked about it; and what kind a foreign program is must be said. */
function refuseKin(dir: string, { run }: Bundle, { family, agentFamily }: Flags): void {
  const agent = familyOf(run.diagnostician) ?? agentFamily;
  if (agent === undefined) throw new LabError({ code: 'LAB_JUDGE_FAMILY', because: `nobody knows to which family the agent of ${shownPath(dir)} (${run.diagnostician.name}) belongs`, advice: 'Say it with --agent-family.' }, 2);
  if (agent.toLowerCase() === family.toLowerCase()) throw new LabError({ code: 'LAB_JUDGE_FAMILY', because: `the judge and the agent of ${shownPath(dir)} are both of the family ${family}`, advice: 'Choose a judge of another family.' }, 2);
}

async function voteOn(question: object, { judge, family }: Flags): Promise<Vote> {
  const [program = '', ...args] = absoluteWords(splitWords(judge), userPath('.'));
  // Loaded late, so that nobody who asks for help waits for it.
  const { execa } = await import('execa');
  const { stdout, stderr, failed, timedOut } = await execa(program, args, { input: `${JSON.stringify(question)}\n`, reject: false, timeout: answerLimitMs });
  if (timedOut || failed) throw new LabError({ code: 'LAB_JUDGE_FAILED', because: timedOut ? `the judge gave no vote within ${answerLimitMs / 1000} s` : `the judge failed: ${stderr.slice(-200) || 'it said nothing'}` }, 4);
  const vote = voteSchema.safeParse(jsonOrUndefined(stdout));
  if (!vote.success) throw new LabError({ code: 'LAB_JUDGE_FAILED', because: `the judge's vote is not of its protocol: ${stdout.slice(0, 120)}` }, 4);
  if (vote.data.family.toLowerCase() !== family.toLowerCase()) throw new LabError({ code: 'LAB_JUDGE_FAMILY', because: `the judge says that it is ${vote.data.family}, and was announced as ${family}` }, 2);
  return vote.data;
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
