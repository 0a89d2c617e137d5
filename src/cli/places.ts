import { failed, ok, type Result } from '../kernel/result.ts';

/** The key under which a Prometheus is named. */
export const prometheusKey = 'prometheus';

/** Where a cluster's control plane and its Prometheus are. */
export interface Places {
  /** What stands before the members' addresses: `pd`, `etcd`. */
  readonly kind: string;
  readonly members: readonly URL[];
  readonly prometheus?: URL;
  /** The subject that was named besides. */
  readonly subject?: string;
}

/** Reads `--attach pd=URL,URL,prometheus=URL`, or `--pd` and `--prometheus`. A word without a key goes with the one before it. */
export function placesOf(flags: { readonly attach?: string; readonly pd?: string; readonly prometheus?: string; readonly subject?: string }): Result<Places> {
  const text = [flags.attach, flags.pd && `pd=${flags.pd}`, flags.prometheus && `${prometheusKey}=${flags.prometheus}`].filter(Boolean).join(',');
  if (text === '') return failed('LAB_USAGE', 'no cluster is named', 'name one with --attach pd=URL[,URL…],prometheus=URL or --attach etcd=URL[,URL…]');
  const lists = keyedLists(text);
  if (!lists.ok) return lists;
  const { [prometheusKey]: prometheus = [], ...kinds } = lists.value;
  const [kind, ...others] = Object.keys(kinds);
  if (kind === undefined) return failed('LAB_USAGE', 'a Prometheus is named and no control plane', 'add pd=URL or etcd=URL');
  if (others.length > 0) return failed('LAB_USAGE', `${kind}= and ${others[0]}= are two clusters`, 'attach to one at a time');
  if (prometheus.length > 1) return failed('LAB_USAGE', 'more than one Prometheus is named', 'name the one that scrapes the cluster');
  return ok({ kind, members: kinds[kind] ?? [], ...(prometheus[0] && { prometheus: prometheus[0] }), ...(flags.subject !== undefined && { subject: flags.subject }) });
}

function keyedLists(text: string): Result<Record<string, URL[]>> {
  const lists: Record<string, URL[]> = {};
  let key: string | undefined;
  for (const word of text.split(',').map((each) => each.trim()).filter(Boolean)) {
    const [, named, rest] = /^([a-z][a-z-]*)=(.*)$/.exec(word) ?? [];
    key = named ?? key;
    if (key === undefined) return failed('LAB_USAGE', `--attach ${word}: it is not said what this is`, 'write pd=, etcd= or prometheus= before it');
    const url = urlFrom(key, rest ?? word);
    if (!url.ok) return url;
    (lists[key] ??= []).push(url.value);
  }
  return ok(lists);
}

function urlFrom(key: string, text: string): Result<URL> {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return failed('LAB_USAGE', `${key}: ${text} is not an http(s) URL`, 'write it like http://10.0.1.1:2379');
  // It would show up in messages, in lists of processes and in shell histories.
  if (url.username !== '' || url.password !== '') return failed('LAB_USAGE', `the URL of ${key} holds a password`, 'leave it out; tokens come from files (--token-file) or the environment (--token-env)');
  return ok(url);
}
