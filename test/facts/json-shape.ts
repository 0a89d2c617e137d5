/** Where in a JSON document what kind of value stands: paths with their types, array elements and numbered keys taken together. */
export function shapeOf(value: unknown, path = ''): Set<string> {
  const found = new Set<string>();
  note(value, path, found);
  return found;
}

function note(value: unknown, path: string, found: Set<string>): void {
  if (Array.isArray(value)) {
    found.add(`${path}: array`);
    for (const each of value) note(each, `${path}[]`, found);
  } else if (value !== null && typeof value === 'object') {
    found.add(`${path}: object`);
    for (const [key, each] of Object.entries(value)) note(each, `${path}.${/^\d+$/.test(key) ? '#' : key}`, found);
  } else found.add(`${path}: ${value === null ? 'null' : typeof value}`);
}
