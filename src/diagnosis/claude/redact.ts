import type { Json } from '../../kernel/json.ts';

const mark = '[key]';
/** Shorter ones would take ordinary words out of a text. */
const secretCharactersMin = 6;

/** Takes secrets out of whatever will be kept or shown: as they are, and as JSON, URLs, HTML and base64 write them. */
export class Redactor {
  readonly #forms: readonly string[];

  constructor(secrets: readonly (string | undefined)[]) {
    const known = secrets.filter((secret) => secret !== undefined && secret.trim().length >= secretCharactersMin) as string[];
    const forms = known.flatMap((secret) => [secret, secret.trim()]).flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encoded(secret), asHtml(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')]);
    // The longest first: a shorter form inside a longer one must not leave the rest behind.
    this.#forms = [...new Set(forms)].sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    return this.#forms.reduce((clean, form) => clean.split(form).join(mark), text);
  }

  /** The same for every string in a document, also its keys. */
  json(value: Json): Json {
    if (typeof value === 'string') return this.text(value);
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((each: Json) => this.json(each));
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [this.text(key), each === undefined ? each : this.json(each)]));
  }
}

function encoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    // A lone surrogate has no such form.
    return secret;
  }
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' };
const asHtml = (secret: string): string => secret.replace(/[&<>"']/g, (found) => entities[found] ?? found);

/** Whether an HTTP header can carry this key. */
export const fitsHeader = (key: string): boolean => /^[\x21-\x7e]+$/.test(key);
