import { compileAnchored } from '../matchers.ts';
import { PromqlExecutionError } from './errors.ts';
import { isLabelName } from './literals.ts';
import type { VectorSeries } from './value.ts';

/** `label_replace`: sets a label from the groups of a regex on another label, where the whole value matches. */
export function labelReplace(series: readonly VectorSeries[], { target, replacement, source, regex }: { target: string; replacement: string; source: string; regex: string }): VectorSeries[] {
  if (!isLabelName(target)) throw new PromqlExecutionError(`invalid destination label name in label_replace(): ${target}`);
  const pattern = compile(regex);
  return series.map((each) => {
    const match = pattern.matcher(each.labels.get(source));
    if (!match.matches()) return each;
    const groups = pattern.namedGroups();
    const group = (name: string): string => {
      const number = /^\d+$/.test(name) ? Number(name) : groups[name];
      return number === undefined || number > match.groupCount() ? '' : (match.group(number) ?? '');
    };
    return { ...each, labels: each.labels.with(target, expand(replacement, group)) };
  });
}

function compile(regex: string): ReturnType<typeof compileAnchored> {
  try {
    return compileAnchored(regex);
  } catch {
    throw new PromqlExecutionError(`invalid regular expression in label_replace(): ${regex}`);
  }
}

/** Go's template expansion: `$1`, `${1}`, `$name`, `$$`; the longest name counts, so `$1x` is the group `1x`. */
function expand(template: string, group: (name: string) => string): string {
  return template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (match, bare: string | undefined, braced: string | undefined) => (match === '$$' ? '$' : group(bare ?? braced ?? '')));
}

/** `label_join`: sets a label to the values of others, joined. */
export function labelJoin(series: readonly VectorSeries[], { target, separator, sources }: { target: string; separator: string; sources: readonly string[] }): VectorSeries[] {
  const wrong = sources.find((source) => !isLabelName(source));
  if (wrong !== undefined) throw new PromqlExecutionError(`invalid source label name in label_join(): ${wrong}`);
  if (!isLabelName(target)) throw new PromqlExecutionError(`invalid destination label name in label_join(): ${target}`);
  return series.map((each) => ({ ...each, labels: each.labels.with(target, sources.map((source) => each.labels.get(source)).join(separator)) }));
}
