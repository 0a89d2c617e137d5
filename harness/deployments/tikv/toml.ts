import type { Settings } from '../contract.ts';

/** Settings with dotted names as a TOML file: what has no section first, then a table for each section, nested ones as dotted keys. */
export function tomlOf(settings: Settings): string {
  const sections = new Map<string, string[]>();
  for (const [name, value] of Object.entries(settings)) {
    const dot = name.indexOf('.');
    const [section, key] = dot < 0 ? ['', name] : [name.slice(0, dot), name.slice(dot + 1)];
    sections.set(section, [...(sections.get(section) ?? []), `${key} = ${typeof value === 'string' ? JSON.stringify(value) : value}`]);
  }
  return [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([section, lines]) => `${section === '' ? '' : `[${section}]\n`}${lines.join('\n')}\n`).join('\n');
}
