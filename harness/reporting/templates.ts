import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { compiled } from './compiled.ts';
import { Markup } from './markup.ts';

const folder = new URL('../../reports/templates/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

type Page = Parameters<typeof compiled>[0];

const templates = new Map<Page, ReturnType<typeof compiled>>();

/** Fills one page template; the engine escapes everything that is not {@link Markup}. */
export function fill(page: Page, view: object): string {
  const template = templates.get(page) ?? compiled(page);
  templates.set(page, template);
  return template(view);
}

const styles = read('lab.css');
const script = read('lab.js');

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

/** The style sheet and the script of every page, with the policy that allows these two and nothing else. */
export const assets = {
  css: new Markup(styles),
  js: new Markup(script),
  csp: `default-src 'none'; style-src ${hash(styles)}; script-src ${hash(script)}; img-src data:; base-uri 'none'; form-action 'none'`,
};
