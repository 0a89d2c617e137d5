import { known } from './reference.ts';

/** One family of a metrics page. */
export interface PageFamily {
  readonly name: string;
  type: string;
  help: string;
  readonly samples: PageSample[];
}

/** One line of a metrics page. */
export interface PageSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** The families of a page in the text format, as the programs of the recordings write it: help, type, samples. */
export function parsePage(text: string): PageFamily[] {
  const families = new Map<string, PageFamily>();
  const family = (name: string): PageFamily => known(families, name, () => ({ name, type: '', help: '', samples: [] }));
  let current: PageFamily | undefined;
  for (const line of text.split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') family(name).help = rest.replaceAll('\\n', '\n').replaceAll('\\\\', '\\');
    else if (keyword === 'TYPE') (current = family(name)).type = rest;
    else if (line !== '') current?.samples.push(sampleOf(line));
  }
  return [...families.values()];
}

function sampleOf(line: string): PageSample {
  const [, name = '', labels = '', value = ''] = sampleLine.exec(line) ?? [];
  return { name, labels: Object.fromEntries([...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text])), value: Number(value.replace('Inf', 'Infinity')) };
}
