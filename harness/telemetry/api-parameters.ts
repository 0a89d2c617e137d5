import type { HttpRequest } from '../../src/ports/http.ts';
import type { Millis } from '../../src/kernel/clock.ts';
import { parsePromDuration } from './promql/literals.ts';

/** A parameter that cannot be used: Prometheus answers 400 `bad_data`. */
export class BadParameter extends Error {
  override readonly name = 'BadParameter';
}

/** Seconds as milliseconds; the fraction is rounded by itself, as in Prometheus. */
const millisOf = (seconds: number): Millis => Math.trunc(seconds) * 1_000 + Math.round((seconds % 1) * 1_000);

/** The parameters of a request, from its query and from a form body. */
export class Parameters {
  /** By name, those of the body first. */
  readonly #values = new Map<string, string[]>();

  constructor({ query, body }: HttpRequest) {
    if (body !== undefined) for (const [name, value] of new URLSearchParams(body)) this.#add(name, value);
    for (const name in query) {
      const value = query[name] as string | readonly string[];
      if (typeof value === 'string') this.#add(name, value);
      else for (const each of value) this.#add(name, each);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** An instant: seconds since the epoch, or RFC 3339. Prometheus says twice what is wrong with one, but once for the ends of a range query. */
  time(name: string, otherwise: Millis, twice = true): Millis {
    const text = this.get(name);
    if (text === undefined || text === '') return otherwise;
    const atMs = /^[-+]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? millisOf(Number(text)) : /^\d{4}-\d\d-\d\d[Tt]/.test(text) ? Date.parse(text) : NaN;
    if (!Number.isFinite(atMs)) throw new BadParameter(`invalid parameter ${JSON.stringify(name)}: ${twice ? `invalid time value for '${name}': ` : ''}cannot parse ${JSON.stringify(text)} to a valid timestamp`);
    return atMs;
  }

  /** A span that may be left out: `undefined` then. */
  duration(name: string, complaint = `invalid parameter ${JSON.stringify(name)}`): Millis | undefined {
    const text = this.get(name);
    if (text === undefined || text === '') return undefined;
    const spanMs = /^[-+]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) * 1_000 : parsePromDuration(text);
    if (spanMs === undefined || !Number.isFinite(spanMs)) throw new BadParameter(`${complaint}: cannot parse ${JSON.stringify(text)} to a valid duration`);
    return spanMs;
  }

  /** A span in seconds or as a duration such as `15s`; it must be given and positive. */
  step(name: string): Millis {
    const text = this.get(name) ?? '';
    const spanMs = /^[-+]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Math.trunc(Number(text) * 1_000 + 1e-6) : parsePromDuration(text);
    if (spanMs === undefined || !Number.isFinite(spanMs)) throw new BadParameter(`invalid parameter ${JSON.stringify(name)}: cannot parse ${JSON.stringify(text)} to a valid duration`);
    if (spanMs <= 0) throw new BadParameter(`invalid parameter ${JSON.stringify(name)}: zero or negative query resolution step widths are not accepted. Try a positive integer`);
    return spanMs;
  }

  #add(name: string, value: string): void {
    // As it would come over the wire: without halves of characters.
    const whole = value.toWellFormed();
    const known = this.#values.get(name);
    if (known) known.push(whole);
    else this.#values.set(name, [whole]);
  }

  /** A whole number of at least zero; zero and absence mean no limit. */
  limit(): number {
    const text = this.get('limit');
    if (text === undefined || text === '' || text === '0') return Infinity;
    if (/^-\d+$/.test(text)) throw new BadParameter('invalid parameter "limit": limit must be non-negative');
    if (!/^\d+$/.test(text)) throw new BadParameter(`invalid parameter "limit": strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
    return Number(text);
  }
}
