import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { efforts } from '../../../src/diagnosis/claude/options.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, 'a name has small letters, digits, dots and dashes');
const count = z.int().min(1);
const amount = z.number().min(0);

/** What a trial is expected to take, where no past trial tells. */
const expectSchema = z.strictObject({ inputTokens: amount.optional(), outputTokens: amount.optional(), usd: amount.optional() });

/** A file of `variants/`: one way of diagnosing that a campaign compares with others. */
export const variantSchema = z.strictObject({
  variant: name,
  about: z.string().optional(),
  diagnostician: z.string().min(1),
  model: z.string().regex(/^[^\s,=:]+$/, 'a model has no blanks, commas, colons or equals signs').optional(),
  effort: z.enum(efforts).optional(),
  prompt: z.string().regex(/^[^,]+$/, 'a path without commas').optional(),
  tools: z.strictObject({ without: z.array(z.string().regex(/^\w+$/, 'the name of a tool')).min(1) }).optional(),
  budget: z.strictObject({ turns: count.optional(), tokens: count.optional(), usd: amount.optional(), minutes: amount.optional() }).optional(),
  price: z.strictObject({ input: amount, output: amount }).optional(),
  expect: expectSchema.optional(),
});

/** A variant as its file says it. */
export type VariantFile = z.infer<typeof variantSchema>;

/** A variant that can be run. */
export interface Variant extends VariantFile {
  /** As it is written after `--diagnostician`. */
  readonly spec: string;
}

/** Keys that only an agent understands which is built in; other programs have options of their own. */
const ofClaude = ['model', 'effort', 'prompt', 'tools', 'budget', 'price'] as const;

/** The keys of a file that its diagnostician cannot obey. */
export const strayKeys = (file: VariantFile): readonly string[] => (file.diagnostician === 'claude' ? [] : ofClaude.filter((key) => file[key] !== undefined));

/** The variant with the words for `--diagnostician`; a prompt is looked for beside the file. */
export function variantOf(file: VariantFile, path: string): Variant {
  const { diagnostician, model, effort, prompt, tools, budget = {}, price } = file;
  const options = [
    ...(model === undefined ? [] : [model]),
    ...(effort === undefined ? [] : [`effort=${effort}`]),
    ...(prompt === undefined ? [] : [`prompt=${resolve(dirname(path), prompt)}`]),
    ...(tools === undefined ? [] : [`without=${tools.without.join('+')}`]),
    ...Object.entries(budget).map(([key, value]) => `${key}=${value}`),
    ...(price === undefined ? [] : [`price=${price.input}/${price.output}`]),
  ];
  return { ...file, spec: [diagnostician, ...(options.length === 0 ? [] : [options.join(',')])].join(':') };
}
