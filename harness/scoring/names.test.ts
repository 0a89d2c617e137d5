import { describe, expect, it } from 'vitest';
import { literalBundle } from './literal-bundle.test-kit.ts';
import { canonicalNames } from './names.ts';

describe('component names', () => {
  const canonical = canonicalNames(literalBundle().answer.nodes);

  it.each([
    ['10.77.0.22:20160', 'tikv-2'], ['10.77.0.22', 'tikv-2'], ['store 4', 'tikv-2'], ['store-4', 'tikv-2'], ['Store_4', 'tikv-2'], ['store id 4', 'tikv-2'], ['tikv-2', 'tikv-2'],
    ['the store 4 (10.77.0.22:20160)', 'tikv-2'], ['pd-1:2379', 'pd-1'], ['PD', 'pd'], ['tikv', 'tikv'], ['client', 'clients'], ['Clients', 'clients'], ['region 12', 'region-12'],
  ])('%j is %s', (said, meant) => expect(canonical(said)).toBe(meant));

  it.each(['tikv-1 and tikv-2', 'tikv-1, tikv-2', 'not tikv-2', 'everything but tikv-2', 'tikv-22', 'store 44', '10.77.0.2', 'region-12 on tikv-2'])(
    '%j does not name the store tikv-2', (said) => expect(canonical(said)).not.toBe('tikv-2'));

  it('a host that two nodes share names neither, their addresses still do', () => {
    const shared = canonicalNames([
      { id: 'tikv-1', role: 'tikv', host: '127.0.0.1', aliases: ['127.0.0.1:20160'] },
      { id: 'tikv-2', role: 'tikv', host: '127.0.0.1', aliases: ['127.0.0.1:20161'] },
    ]);
    expect([shared('127.0.0.1'), shared('127.0.0.1:20160'), shared('127.0.0.1:20161')]).toEqual(['127.0.0.1', 'tikv-1', 'tikv-2']);
  });
});
