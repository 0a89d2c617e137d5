import { isAlias, isMap, isScalar, isSeq, type Document, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Millis } from '../../../src/kernel/clock.ts';
import type { Labels } from '../contract.ts';
import { isLabelName, parsePromDuration } from '../promql/literals.ts';
import { parsePromql } from '../promql/parse.ts';
import { parseTemplate } from './template/parse.ts';
import type { Rule, RuleGroup } from './rule.ts';

interface ReaderOptions {
  readonly file: string;
  readonly intervalMs: Millis;
  readonly document: Document;
  readonly complain: (node: Node | null | undefined, because: string) => void;
}

type Fields = ReadonlyMap<string, Node | null>;

const groupFields = ['name', 'interval', 'query_offset', 'limit', 'labels', 'rules'];
const ruleFields = ['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];

/** Turns the nodes of a rule file into groups, and complains where a node is not what Prometheus takes. */
export class RuleFileReader {
  readonly #options: ReaderOptions;
  #aliases = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  groups(): RuleGroup[] {
    const root = this.#options.document.contents as Node | null;
    if (root === null) return [];
    const fields = this.#fields(root, ['groups'], 'a rule file');
    const groups = this.#items(fields.get('groups'), 'groups').map((node) => this.#group(node));
    const seen = new Set<string>();
    for (const { name } of groups) {
      if (seen.has(name)) this.#complain(root, `groupname: ${JSON.stringify(name)} is repeated in the same file`);
      seen.add(name);
    }
    return groups;
  }

  #group(node: Node | null): RuleGroup {
    const fields = this.#fields(node, groupFields, 'a group');
    const name = this.#text(fields.get('name')) ?? '';
    if (name === '') this.#complain(node, 'Groupname must not be empty');
    const shared = this.#labels(fields.get('labels'), 'label');
    return {
      name,
      file: this.#options.file,
      intervalMs: this.#duration(fields.get('interval')) || this.#options.intervalMs,
      queryOffsetMs: this.#duration(fields.get('query_offset')),
      limit: this.#whole(fields.get('limit')),
      rules: this.#items(fields.get('rules'), 'rules').flatMap((each) => this.#rule(each, shared) ?? []),
    };
  }

  #rule(node: Node | null, shared: Labels): Rule | undefined {
    const fields = this.#fields(node, ruleFields, 'a rule');
    const [record, alert] = [this.#text(fields.get('record')), this.#text(fields.get('alert'))];
    const expr = this.#expression(node, fields.get('expr'));
    const labels = { ...shared, ...this.#labels(fields.get('labels'), 'label') };
    if ((record ?? '') === '' && (alert ?? '') === '') return this.#complain(node, "one of 'record' or 'alert' must be set");
    if (record !== undefined && alert !== undefined) return this.#complain(node, "only one of 'record' and 'alert' must be set");
    if (record === undefined) {
      const annotations = this.#labels(fields.get('annotations'), 'annotation');
      this.#checkTemplates(fields.get('labels'), labels);
      this.#checkTemplates(fields.get('annotations'), annotations);
      return { kind: 'alerting', name: alert as string, expr, forMs: this.#duration(fields.get('for')), keepFiringForMs: this.#duration(fields.get('keep_firing_for')), labels, annotations };
    }
    for (const field of ['for', 'keep_firing_for', 'annotations']) if (fields.has(field)) this.#complain(fields.get(field), `invalid field '${field}' in recording rule`);
    if (!isLabelName(record) || /[{}]/.test(record)) this.#complain(fields.get('record'), `invalid recording rule name: ${record}`);
    return { kind: 'recording', name: record, expr, labels };
  }

  #expression(rule: Node | null, node: Node | null | undefined): string {
    const text = this.#text(node) ?? '';
    if (text === '') {
      this.#complain(node ?? rule, "field 'expr' must be set in rule");
      return text;
    }
    try {
      parsePromql(text);
    } catch (error) {
      this.#complain(node, `could not parse expression: ${(error as Error).message}`);
    }
    return text.trim();
  }

  #checkTemplates(node: Node | null | undefined, texts: Labels): void {
    for (const [name, text] of Object.entries(texts)) {
      try {
        parseTemplate(text);
      } catch (error) {
        this.#complain(node, `template of ${name}: ${(error as Error).message}`);
      }
    }
  }

  #labels(given: Node | null | undefined, what: string): Labels {
    const node = this.#resolved(given);
    if (isNothing(node)) return {};
    if (!isMap(node)) {
      this.#complain(node, `${what}s must be a mapping`);
      return {};
    }
    return Object.fromEntries(
      pairsOf(node).map(([key, value]) => {
        if (!isLabelName(key) || (what === 'label' && key === '__name__')) this.#complain(value ?? node, `invalid ${what} name: ${key}`);
        return [key, this.#text(value) ?? ''];
      }),
    );
  }

  #duration(node: Node | null | undefined): Millis {
    const text = this.#text(node);
    const spanMs = text === undefined || text === '' ? 0 : parsePromDuration(text);
    if (spanMs === undefined) this.#complain(node, `not a valid duration string: ${JSON.stringify(text)}`);
    return spanMs ?? 0;
  }

  #whole(node: Node | null | undefined): number {
    const text = this.#text(node) ?? '0';
    if (!/^\d+$/.test(text)) this.#complain(node, `not a whole number: ${text}`);
    return Number(text) || 0;
  }

  /** The text as it stands in the file: `expr: 1` is the expression 1. */
  #text(given: Node | null | undefined): string | undefined {
    const node = this.#resolved(given);
    if (isNothing(node)) return undefined;
    if (!isScalar(node)) {
      this.#complain(node, 'this must be one value');
      return undefined;
    }
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  }

  #items(given: Node | null | undefined, what: string): (Node | null)[] {
    const node = this.#resolved(given);
    if (isNothing(node)) return [];
    if (isSeq(node)) return node.items as (Node | null)[];
    this.#complain(node, `${what} must be a list`);
    return [];
  }

  #fields(given: Node | null, known: readonly string[], what: string): Fields {
    const node = this.#resolved(given);
    if (!isMap(node)) {
      this.#complain(node, `${what} must be a mapping`);
      return new Map();
    }
    const pairs = pairsOf(node);
    for (const [key, value] of pairs) if (!known.includes(key)) this.#complain(value ?? node, `field ${key} not found in ${what}`);
    return new Map(pairs);
  }

  /** What an alias stands for; aliases of aliases of aliases could make a small file endless. */
  #resolved(node: Node | null | undefined): Node | null | undefined {
    if (!isAlias(node)) return node;
    if (++this.#aliases <= mostAliases) return node.resolve(this.#options.document);
    this.#complain(node, `more than ${mostAliases} aliases are used`);
    return null;
  }

  #complain(node: Node | null | undefined, because: string): undefined {
    this.#options.complain(node, because);
  }
}

const mostAliases = 1_000;
const isNothing = (node: Node | null | undefined): node is null | undefined => node === null || node === undefined || (isScalar(node) && node.value === null);
const pairsOf = (map: YAMLMap): [string, Node | null][] => (map.items as Pair[]).map(({ key, value }) => [isScalar(key) ? String(key.value) : String(key), value as Node | null]);
