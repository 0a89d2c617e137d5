import { ok, type Result } from '../kernel/result.ts';
import type { HttpRequest, HttpResponse, Transport } from './http.ts';

/** What a Prometheus calls a job, by what the subject calls it. */
export type JobNames = ReadonlyMap<string, string>;

const matcher = /\bjob\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*")/g;
/** A regular expression that is a list of names and nothing else. */
const plainList = /^[\w./-]+(\|[\w./-]+)*$/;
const anyString = /"(?:[^"\\]|\\.)*"/g;
const jobOf = /"job":\s*("(?:[^"\\]|\\.)*")/g;
const escapedForRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/**
 * A Prometheus whose jobs have other names than the subject's: matchers of `job` go out with its names, and answers come back with
 * the subject's, so that rules, tools and recordings need to know one set of names.
 */
export function withJobNames(prometheus: Transport, names: JobNames): Transport {
  if (names.size === 0) return prometheus;
  const ownOf = new Map([...names].map(([own, theirs]) => [theirs, own]));
  return async (request, signal) => {
    const answer = await prometheus(asked(request, names), signal);
    return answer.ok ? ok(answered(answer.value, { path: request.path, ownOf })) : answer;
  };
}

/** An expression or selector with the other names in its matchers of `job`. */
export function withTheirJobs(promql: string, names: JobNames): string {
  return promql.replace(matcher, (_whole, operator: string, quoted: string) => {
    const value = unquoted(quoted);
    const theirs = operator.endsWith('~') ? pattern(value, names) : (names.get(value) ?? value);
    return `job${operator}${JSON.stringify(theirs)}`;
  });
}

/** Names of a list are replaced one by one; any other pattern matches what it matched, and the jobs whose usual names it matches. */
function pattern(value: string, names: JobNames): string {
  if (plainList.test(value)) return value.split('|').map((name) => (names.has(name) ? escapedForRegExp(names.get(name) as string) : name)).join('|');
  const meant = [...names].filter(([own]) => matches(value, own)).map(([, theirs]) => escapedForRegExp(theirs));
  return meant.length === 0 ? value : [`(?:${value})`, ...meant].join('|');
}

function matches(value: string, name: string): boolean {
  try {
    return new RegExp(`^(?:${value})$`).test(name);
  } catch {
    // What RE2 knows and JavaScript does not is left as it is.
    return false;
  }
}

function unquoted(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}

function asked(request: HttpRequest, names: JobNames): HttpRequest {
  const { query, body } = request;
  const renamed = (key: string, text: string) => (key === 'query' || key === 'match[]' ? withTheirJobs(text, names) : text);
  const inQuery = query && Object.fromEntries(Object.entries(query).map(([key, value]) => [key, typeof value === 'string' ? renamed(key, value) : value.map((each) => renamed(key, each))]));
  const inBody = body === undefined ? undefined : new URLSearchParams([...new URLSearchParams(body)].map(([key, value]): [string, string] => [key, renamed(key, value)])).toString();
  return { ...request, ...(inQuery && { query: inQuery }), ...(inBody !== undefined && { body: inBody }) };
}

function answered(response: HttpResponse, { path, ownOf }: { readonly path: string; readonly ownOf: ReadonlyMap<string, string> }): HttpResponse {
  const own = (quoted: string): string => JSON.stringify(ownOf.get(unquoted(quoted)) ?? unquoted(quoted));
  // Of the answer to `label/job/values` the list alone is in brackets; everywhere else a job stands behind its key.
  const body = path.endsWith('/label/job/values')
    ? response.body.replace(/\[.*\]/s, (list) => list.replace(anyString, own))
    : response.body.replace(jobOf, (_whole, quoted: string) => `"job":${own(quoted)}`);
  return { ...response, body };
}

/** Reads words like `tikv=basic-tikv`; `known` are the jobs that the subject has. */
export function jobNamesFrom(words: readonly string[], known: readonly string[]): Result<JobNames> {
  const names = new Map<string, string>();
  for (const word of words) {
    const [own = '', ...rest] = word.split('=');
    const theirs = rest.join('=');
    if (!known.includes(own) || theirs === '') {
      return { ok: false, failure: { code: 'LAB_USAGE', because: `--job ${word} does not say what one of the jobs ${known.join(', ')} is called`, advice: `write for example --job ${known[0]}=my-${known[0]}` } };
    }
    names.set(own, theirs);
  }
  return ok(names);
}
