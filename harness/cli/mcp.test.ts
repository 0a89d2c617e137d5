import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, describe, expect, test } from 'vitest';
import { concluded, type Shown } from '../../test/scripted-model.ts';
import { packageDir } from './places.ts';

const home = mkdtempSync(join(tmpdir(), 'lab-mcp-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const said = (result: unknown): string => (result as { content: { text: string }[] }).content[0]?.text ?? '';

async function connect(...flags: string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [join(packageDir, 'bin/lab.mjs'), 'mcp', ...flags], stderr: 'ignore' }));
  return client;
}

const diagnosis = (component: string, observation: string) => ({
  verdict: 'fault', summary: `${component} died`,
  rootCauses: [{ component, kind: 'process-crash', mechanism: 'its process is gone', onset: 1_795_467_394_000 }],
  impact: [], hypotheses: [], options: [], recommendation: null, confidence: 0.9,
  evidence: [{ id: 'E1', claim: 'it is not scraped', observation, path: '/result/0/value/1', asserts: { op: 'eq', value: 0 } }],
});

describe('lab mcp, driven by the official client', () => {
  test('lists the desk, answers, keeps the truth until the diagnosis is in, then tells the score', { timeout: 30_000 }, async () => {
    const client = await connect('--scenario', 'recorded/store-kill', '--out', join(home, 'run'));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['tickets', 'query', 'search_logs', 'submit_diagnosis']));
    const tickets = said(await client.callTool({ name: 'tickets', arguments: {} }));
    expect(tickets).toContain('store-down:tikv-2');
    expect(tickets).not.toContain('process-crash');
    const up = JSON.parse(said(await client.callTool({ name: 'query', arguments: { promql: 'up{job="tikv"} == 0' } })));
    expect(await client.callTool({ name: 'no_such_tool', arguments: {} })).toMatchObject({ isError: true });
    expect(await client.callTool({ name: 'submit_diagnosis', arguments: { verdict: '?' } })).toMatchObject({ isError: true });
    const score = JSON.parse(said(await client.callTool({ name: 'submit_diagnosis', arguments: diagnosis('tikv-2', up.observation) })));
    expect(score).toMatchObject({ scored: true, score: expect.any(Number), said: 'tikv-2 process-crash', expected: 'tikv-2 process-crash' });
    expect(score.evidence).toMatchObject([{ id: 'E1', check: 'matches' }]);
    expect(await client.callTool({ name: 'query', arguments: { promql: 'up' } })).toMatchObject({ isError: true });
    await client.close();
  });

  test('a client that investigates and cites what it was shown passes', { timeout: 30_000 }, async () => {
    const client = await connect('--scenario', 'store-down', '--seed', '3', '--out', join(home, 'passes'));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('pd_view');
    for (const tool of tools) if (tool.name !== 'submit_diagnosis') expect(tool.annotations).toEqual({ readOnlyHint: true });
    const ask = async (tool: string, args: Record<string, unknown>): Promise<Shown> => {
      const { observation, answer } = JSON.parse(said(await client.callTool({ name: tool, arguments: args }))) as { observation: string; answer: Shown['answer'] };
      return { id: observation, tool, args, answer };
    };
    const looks = { up: await ask('compare_nodes', { promql: 'up' }), took: await ask('compare_nodes', { promql: 'scrape_duration_seconds' }), signals: await ask('search_logs', { contains: 'receive signal' }), stores: await ask('control_plane', { path: '/pd/api/v1/stores' }) };
    const topology = (await ask('topology', {})).answer as unknown as Parameters<typeof concluded>[1]['topology'];
    const score = JSON.parse(said(await client.callTool({ name: 'submit_diagnosis', arguments: { ...concluded(looks, { topology, leaders: 0 }) } })));
    expect(score).toMatchObject({ scored: true, verdict: 'PASS', said: expect.stringContaining('process-crash') });
    await client.close();
  });

  test('a recording without a truth is taken and not scored', { timeout: 30_000 }, async () => {
    const client = await connect('--recording', join(packageDir, 'recordings/store-kill'));
    const up = JSON.parse(said(await client.callTool({ name: 'query', arguments: { promql: 'up{job="tikv"} == 0' } })));
    expect(JSON.parse(said(await client.callTool({ name: 'submit_diagnosis', arguments: diagnosis('tikv-2', up.observation) })))).toMatchObject({ taken: true, scored: false });
    await client.close();
  });
});
