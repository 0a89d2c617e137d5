import { parser } from '@prometheus-io/lezer-promql';
import { signatures } from './signatures.ts';

/** Whether Prometheus has a function of this name, experimental or not: the editor grammar knows them all. */
export function isFunction(name: string): boolean {
  if (signatures.has(name)) return true;
  let known = false;
  parser.parse(`${name}(a)`).iterate({ enter: (node) => void (known ||= node.name === 'FunctionIdentifier' && node.node.firstChild !== null && !node.node.firstChild.type.isError) });
  return known;
}
