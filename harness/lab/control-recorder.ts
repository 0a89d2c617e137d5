import type { Clock } from '../../src/kernel/clock.ts';
import { failed, type Result } from '../../src/kernel/result.ts';
import type { HttpRequest, HttpResponse } from '../../src/ports/http.ts';
import type { ControlPlanePort } from '../../src/ports/ports.ts';
import type { SnapshotRequest, Subject } from '../../src/subjects/contract.ts';
import type { IncidentFiles } from '../clusters/contract.ts';
import { type ControlRow, formatControlRow, requestLine } from '../clusters/recorded/control-row.ts';
import { incidentFile } from '../clusters/recorded/recording-form.ts';
import { pack, packedEnding } from '../telemetry/packing.ts';

/** Stands before a control plane and keeps every answer that anybody was given, so that the incident can be replayed. */
export class ControlRecorder {
  readonly port: ControlPlanePort;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #rows: ControlRow[] = [];
  /** Stands for whichever member answers. */
  readonly #group: string;
  readonly #latest = new Map<string, Content>();

  constructor(inner: ControlPlanePort, { clock, subject }: { readonly clock: Pick<Clock, 'now'>; readonly subject: Pick<Subject, 'reads' | 'roles'> }) {
    this.#clock = clock;
    this.#group = subject.roles.find(({ controlPlane }) => controlPlane)?.role ?? 'cluster';
    this.port = {
      request: async (request) => {
        // What an operator may do to a cluster is an action that somebody asked for; looking never changes it.
        if (!subject.reads(request)) return failed('LAB_READ_ONLY', `${request.method} ${request.path} might change the cluster`, 'Ask for something that only reads.');
        const answer = await inner.request(request);
        this.#keep(request, answer);
        return answer;
      },
    };
  }

  /** Asks everything that a recording should hold, whether or not anybody wants it now. */
  async snapshot(requests: readonly SnapshotRequest[], nodesOf: (role: string) => readonly string[]): Promise<void> {
    for (const { path, query, body, everyNodeOf } of requests) {
      const request: HttpRequest = { method: body === undefined ? 'GET' : 'POST', path, ...(query && { query }), ...(body !== undefined && { body }) };
      if (everyNodeOf === undefined) await this.port.request(request);
      else for (const node of nodesOf(everyNodeOf)) await this.port.request({ ...request, node });
    }
  }

  /** The files of an incident with the rows so far among them. A recording brings all that was ever recorded of its control plane, which is more than was asked in this run. */
  among(files: IncidentFiles): IncidentFiles {
    if ([...files.keys()].some((name) => name.startsWith(incidentFile.control))) return files;
    const text = this.#rows.map((row) => `${formatControlRow(row)}\n`).join('');
    return new Map([[`${incidentFile.control}${packedEnding}`, pack(text)], ...files]);
  }

  #keep(request: HttpRequest & { readonly node?: string }, answer: Result<HttpResponse>): void {
    const target = { node: request.node ?? this.#group, request: requestLine(request) };
    const content: Content = answer.ok ? { status: answer.value.status, bodyText: answer.value.body } : { error: `${answer.failure.code}: ${answer.failure.because}` };
    const key = `${target.node} ${target.request}`;
    const latest = this.#latest.get(key);
    if (latest !== undefined && latest.status === content.status && latest.bodyText === content.bodyText && latest.error === content.error) return;
    this.#latest.set(key, content);
    this.#rows.push({ t: this.#clock.now(), ...target, tookMs: 0, ...content });
  }
}

/** What came back: an answer, or how the asking failed. */
type Content = Pick<ControlRow, 'status' | 'bodyText' | 'error'>;
