import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { failed, ok, type Result } from '../../kernel/result.ts';
import { nearest } from '../../kernel/text.ts';
import { signs } from '../rules/signs.ts';
import { isEverybody } from '../rules/cause.ts';
import { causeFileSchema, type CauseFile } from './schema.ts';

/** The cause files of one folder, checked, with a version that changes with every byte of them. */
export interface Runbook {
  readonly files: readonly CauseFile[];
  readonly version: string;
}

/** Reads every `*.yaml` and `*.yml` of a folder, or one file; problems name their file, line and column. */
export function loadRunbook(path: string): Result<Runbook> {
  const paths = filesAt(path);
  if (!paths.ok) return paths;
  const hash = createHash('sha256');
  const read = paths.value.map((file) => {
    const source = readFileSync(file, 'utf8');
    hash.update(`${basename(file)}\0${source}\0`);
    return readCauseFile(basename(file), source);
  });
  const problems = read.flatMap((each) => ('problems' in each ? each.problems : []));
  if (problems.length > 0) return failed('LAB_RUNBOOK', problems.join('\n'), 'Mend the cause files; docs/agents.md shows their form.');
  return ok({ files: read.flatMap((each) => ('file' in each ? [each.file] : [])), version: hash.digest('hex').slice(0, 8) });
}

function filesAt(path: string): Result<readonly string[]> {
  try {
    if (statSync(path).isFile()) return ok([path]);
    const found = readdirSync(path).filter((name) => /\.ya?ml$/.test(name)).sort().map((name) => join(path, name));
    return found.length > 0 ? ok(found) : failed('LAB_RUNBOOK', `${path} holds no cause file`, 'A cause file ends in .yaml.');
  } catch {
    return failed('LAB_RUNBOOK', `there is no folder or file ${path}`, 'Name a folder of cause files.');
  }
}

/** One cause file, or what is wrong with it, each problem with its line and column. */
export function readCauseFile(name: string, source: string): { readonly file: CauseFile } | { readonly problems: readonly string[] } {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => `${name}:${lines.linePos(offset).line}:${lines.linePos(offset).col}`;
  if (document.errors.length > 0) return { problems: document.errors.map((error) => `${at(error.pos[0])}: ${error.message}`) };
  const place = (path: readonly PropertyKey[]): string => at(offsetOf(document, path));
  const parsed = causeFileSchema.safeParse(document.toJS());
  if (!parsed.success) return { problems: parsed.error.issues.map((issue) => `${place(issue.path)}: ${[issue.path.join('.'), issue.message.endsWith('received undefined') ? 'is missing' : issue.message].filter(Boolean).join(': ')}`) };
  const wrong = [
    ...unknownSigns(parsed.data).map(({ sign, path }) => `${place(path)}: ${path.join('.')}: there is no sign "${sign}"${hint(sign, parsed.data)}`),
    ...aimless(parsed.data).map((path) => `${place(path)}: ${path.join('.')}: ${parsed.data.about.join(' and ')} is no single component to act on; leave \`on\` out`),
  ];
  return wrong.length > 0 ? { problems: wrong } : { file: parsed.data };
}

/** Where a value stands, or the nearest thing around it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function unknownSigns({ needs, predicts, forbids, observations }: CauseFile): { sign: string; path: (string | number)[] }[] {
  const named = [
    ...needs.flatMap((group, i) => group.map((sign, j) => ({ sign, path: ['needs', i, j] }))),
    ...predicts.map(({ sign }, i) => ({ sign, path: ['predicts', i, 'sign'] })),
    ...forbids.map(({ sign }, i) => ({ sign, path: ['forbids', i, 'sign'] })),
  ];
  return named.filter(({ sign }) => !Object.hasOwn(signs, sign) && !Object.hasOwn(observations, sign));
}

/** What is done to one component cannot be done about a cause that only all of them have. */
function aimless({ about, remedies }: CauseFile): (string | number)[][] {
  const ofEverybody = about.every(isEverybody);
  return ofEverybody ? remedies.flatMap(({ on }, i) => (on === undefined ? [] : [['remedies', i, 'on']])) : [];
}

function hint(sign: string, { observations }: CauseFile): string {
  const near = nearest(sign, [...Object.keys(observations), ...Object.keys(signs)]);
  return near === undefined ? '; name it under observations, or use a built-in one' : `; did you mean "${near}"?`;
}
