import type { Millis } from '../../../src/kernel/clock.ts';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { HttpRequest, HttpResponse } from '../../../src/ports/http.ts';
import type { ControlPlanePort } from '../../../src/ports/ports.ts';
import { isFailing, type ControlLog } from './control-log.ts';
import { requestLine, type ControlRow } from './control-row.ts';
import { elementsOf } from './json-text.ts';

/** Where the answers come from. */
export interface ControlSource {
  readonly log: () => ControlLog;
  readonly now: () => Millis;
  /** The role that stands for whichever member leads, e.g. `pd`. */
  readonly group: string;
  /** The nodes of that role. */
  readonly members: readonly string[];
}

/** Replays a control plane: each request gets the newest recorded answer up to now. */
export function recordedControlPlane(source: ControlSource): ControlPlanePort {
  return {
    request: async ({ node = source.group, ...request }) => {
      const row = answerTo(source, node, requestLine(request)) ?? (node === source.group ? answerOfAnyone(source, requestLine(request)) : undefined);
      if (row) return responseOf(row);
      return derived(source, node, request) ?? ok(notRecorded(source, node, request));
    },
  };
}

/**
 * The newest answer. Recordings keep rows where they changed and ask for some things rarely, so an old answer may
 * come from before an outage or from within one; what the most often asked request said since then decides.
 */
function answerTo(source: ControlSource, node: string, request: string): ControlRow | undefined {
  const { log, now, group } = source;
  const latest = log().latest(node, request, now());
  // A member's long answers were not kept; it gives what the leader gives, since it asks the leader.
  if (latest?.status === 200 && latest.bodyText === undefined) return log().latestGood(group, request, now());
  const ofGroup = node === group;
  const pulse = log().latest(node, ofGroup ? 'GET /pd/api/v1/stores' : 'GET /pd/api/v1/ping', now());
  if (!latest || !pulse || pulse.t <= latest.t || isFailing(pulse) === isFailing(latest) || (ofGroup && ownAnswer.test(request))) return latest;
  return isFailing(pulse) ? pulse : (log().latestGood(node, request, now()) ?? latest);
}

/** Where only single members were asked, the first of them that could answer, as a client finds it that asks one after the other. */
function answerOfAnyone({ log, now, members }: ControlSource, request: string): ControlRow | undefined {
  const rows = members.flatMap((member) => log().latest(member, request, now()) ?? []);
  return rows.find((row) => !isFailing(row)) ?? rows[0];
}

/** What a PD member answers by itself, whoever leads. */
const ownAnswer = /^GET \/pd\/api\/v1\/(health|ping|status|version)$/;

function responseOf(row: ControlRow): Result<HttpResponse> {
  if (row.error === undefined) return ok({ status: row.status ?? 200, body: row.bodyText ?? '', contentType: 'application/json; charset=UTF-8' });
  const known = /^(LAB_[A-Z_]+): (.*)$/s.exec(row.error);
  if (known) return failed(known[1] as string, known[2] as string);
  const because = `${row.node} gave no answer to ${row.request}: ${row.error}`;
  if (/time(d )?-?out|deadline/i.test(row.error)) return failed('LAB_TIMEOUT', `${because} (after ${row.tookMs} ms)`);
  return failed(/reset/i.test(row.error) ? 'LAB_CONNECTION_RESET' : 'LAB_CONNECTION_REFUSED', because);
}

/** Single stores and regions, cut from the recorded lists. */
function derived(source: ControlSource, node: string, { method, path }: HttpRequest): Result<HttpResponse> | undefined {
  const match = /^\/pd\/api\/v1\/(store|region\/id)\/(\d+)$/.exec(path);
  if (!match || method !== 'GET' || node !== source.group) return undefined;
  const [, what, id] = match;
  const list = answerTo(source, node, `GET /pd/api/v1/${what === 'store' ? 'stores' : 'regions'}`);
  if (!list || list.status !== 200) return list && responseOf(list);
  const wanted = elementsOf(list.bodyText ?? '', what === 'store' ? 'stores' : 'regions').find((text) => idOf(text) === Number(id));
  if (wanted !== undefined) return responseOf({ ...list, bodyText: wanted });
  return what === 'store' ? responseOf({ ...list, status: 404, bodyText: `"[PD:core:ErrStoreNotFound]store ${id} not found"` }) : undefined;
}

function idOf(element: string): number | undefined {
  const { store, id } = JSON.parse(element) as { store?: { id: number }; id?: number };
  return store?.id ?? id;
}

function notRecorded({ log, now }: ControlSource, node: string, request: HttpRequest): HttpResponse {
  const recorded = log().requests(node, now());
  const error = `this is a recording, and it holds no answer of ${node} to ${requestLine(request)}${recorded.length > 0 ? '; what it holds up to now is listed' : ''}`;
  return { status: 404, body: JSON.stringify({ error, recorded }), contentType: 'application/json' };
}
