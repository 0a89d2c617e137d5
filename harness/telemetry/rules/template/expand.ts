import { goText } from './go-format.ts';
import { functionNamed } from './functions.ts';
import { parseTemplate } from './parse.ts';
import { TemplateError, type Operand, type Pipeline, type TemplateNode } from './syntax.ts';
import type { TemplateContext, TemplateValue } from './value.ts';

const parsed = new Map<string, readonly TemplateNode[]>();

/** The text of a template; a failure is in the text, as Prometheus puts it there, so that one bad annotation stops no alert. */
export function expandTemplate(template: string, context: TemplateContext): string {
  if (!template.includes('{{')) return template;
  try {
    return expandOrThrow(template, context);
  } catch (error) {
    if (error instanceof TemplateError) return `<error expanding template: ${error.message}>`;
    throw error;
  }
}

/** The text of a template, or a {@link TemplateError}. */
export function expandOrThrow(template: string, context: TemplateContext): string {
  let nodes = parsed.get(template);
  if (!nodes) {
    if (parsed.size >= rememberedLimit) parsed.clear();
    parsed.set(template, (nodes = parseTemplate(template)));
  }
  const { labels, value, externalLabels = {}, externalUrl = '' } = context;
  const dot = { Labels: labels, Value: value, ExternalLabels: externalLabels, ExternalURL: externalUrl };
  const variables = new Map<string, TemplateValue>([['$', dot], ['$labels', labels], ['$value', value], ['$externalLabels', externalLabels], ['$externalURL', externalUrl]]);
  const frame: Frame = { dot, variables, context, output: [], steps: { left: maxSteps } };
  runAll(nodes, frame);
  return frame.output.join('');
}

const rememberedLimit = 2_000;
/** Nested ranges over query results could go on for hours. */
const maxSteps = 100_000;

interface Frame {
  readonly dot: TemplateValue;
  readonly variables: Map<string, TemplateValue>;
  readonly context: TemplateContext;
  readonly output: string[];
  readonly steps: { left: number };
}

function runAll(nodes: readonly TemplateNode[], frame: Frame): void {
  for (const node of nodes) run(node, frame);
}

function run(node: TemplateNode, frame: Frame): void {
  if (frame.steps.left-- <= 0) throw new TemplateError('the template does too much');
  if (node.kind === 'text') frame.output.push(node.text);
  else if (node.kind === 'action') {
    const value = pipelineValue(node.pipeline, frame);
    if (node.pipeline.variables.length === 0) frame.output.push(goText(value));
  } else runBlock(node, { ...frame, variables: new Map(frame.variables) });
}

function runBlock(node: TemplateNode & { readonly kind: 'if' | 'with' | 'range' }, frame: Frame): void {
  const value = pipelineValue(node.pipeline, frame);
  if (node.kind === 'range') return runRange(node, entriesOf(value), frame);
  if (!isTrue(value)) runAll(node.otherwise, frame);
  else runAll(node.body, node.kind === 'with' ? { ...frame, dot: value } : frame);
}

function runRange(node: TemplateNode & { readonly kind: 'if' | 'with' | 'range' }, entries: readonly (readonly [TemplateValue, TemplateValue])[], frame: Frame): void {
  if (entries.length === 0) return runAll(node.otherwise, frame);
  const [first, second] = node.pipeline.variables;
  for (const [key, value] of entries) {
    const variables = new Map(frame.variables);
    if (second !== undefined) variables.set(first as string, key).set(second, value);
    else if (first !== undefined) variables.set(first, value);
    runAll(node.body, { ...frame, dot: value, variables });
  }
}

function entriesOf(value: TemplateValue): readonly (readonly [TemplateValue, TemplateValue])[] {
  if (Array.isArray(value)) return value.map((each: TemplateValue, i) => [BigInt(i), each] as const);
  if (value !== null && typeof value === 'object') return Object.entries(value as Readonly<Record<string, TemplateValue>>).sort(([a], [b]) => (a < b ? -1 : 1));
  throw new TemplateError(`range can't iterate over ${goText(value)}`);
}

/** Go's truth: everything but zero, nothing and emptiness. */
export function isTrue(value: TemplateValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value !== null && typeof value === 'object') return Object.keys(value).length > 0;
  return Boolean(value) || Number.isNaN(value);
}

function pipelineValue({ commands, variables, declares }: Pipeline, frame: Frame): TemplateValue {
  let value: TemplateValue;
  commands.forEach((operands, i) => {
    value = commandValue(operands, i === 0 ? [] : [value], frame);
  });
  if (variables.length === 1) {
    if (!declares && !frame.variables.has(variables[0] as string)) throw new TemplateError(`undefined variable ${JSON.stringify(variables[0])}`);
    frame.variables.set(variables[0] as string, value);
  }
  return value;
}

function commandValue([head, ...rest]: readonly Operand[], piped: readonly TemplateValue[], frame: Frame): TemplateValue {
  const { base } = head as Operand;
  if (base.kind !== 'function') {
    if (rest.length + piped.length > 0) throw new TemplateError("can't give an argument to what is no function");
    return operandValue(head as Operand, frame);
  }
  const call = functionNamed(base.name);
  if (base.name === 'and' || base.name === 'or') return lazily(base.name, [...rest.map((operand) => () => operandValue(operand, frame)), ...piped.map((value) => () => value)]);
  return call([...rest.map((operand) => operandValue(operand, frame)), ...piped], frame.context);
}

/** `and` and `or` stop at the value that decides. */
function lazily(name: 'and' | 'or', operands: readonly (() => TemplateValue)[]): TemplateValue {
  let value: TemplateValue;
  for (const operand of operands) {
    value = operand();
    if (isTrue(value) === (name === 'or')) return value;
  }
  return value;
}

function operandValue(operand: Operand, frame: Frame): TemplateValue {
  return operand.fields.reduce(fieldOf, baseValue(operand, frame));
}

function baseValue(operand: Operand, frame: Frame): TemplateValue {
  const { base } = operand;
  switch (base.kind) {
    case 'literal':
      return base.value;
    case 'dot':
      return frame.dot;
    case 'variable':
      if (!frame.variables.has(base.name)) throw new TemplateError(`undefined variable ${JSON.stringify(base.name)}`);
      return frame.variables.get(base.name);
    case 'pipeline':
      return pipelineValue(base.pipeline, frame);
    case 'function':
      return commandValue([{ base, fields: [] }], [], frame);
  }
}

/** A label that is not there is empty; a field of something that has none is an error. */
function fieldOf(value: TemplateValue, name: string): TemplateValue {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new TemplateError(`can't evaluate field ${name} in ${goText(value)}`);
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, TemplateValue>>)[name] : '';
}
