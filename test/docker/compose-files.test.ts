import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { deploymentOf } from '../../harness/deployments/registry.ts';
import { dashboardFile, dashboardOf } from './dashboard.ts';

interface Service {
  readonly image: string;
  readonly labels?: Record<string, string>;
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Record<string, string>;
}

interface ComposeDocument {
  readonly services: Record<string, Service>;
  readonly networks: Record<string, { labels: Record<string, string> }>;
  readonly volumes: Record<string, { labels: Record<string, string> }>;
}

const documentOf = (subject: string): ComposeDocument => parse(readFileSync(fileURLToPath(new URL(`../../compose/${subject}/compose.yaml`, import.meta.url)), 'utf8'), { merge: true }) as ComposeDocument;
const subjects = ['etcd', 'tikv'];
const run = { 'io.operator-lab.run': '${LAB_RUN:-by-hand}' };

test.each(subjects)('everything that compose/%s makes carries the run’s label', (subject) => {
  const { services, networks, volumes } = documentOf(subject);
  const without = [services, networks, volumes].flatMap((each) => Object.entries(each)).filter(([, { labels }]) => JSON.stringify(labels) !== JSON.stringify(run));
  expect(without.map(([name]) => name)).toEqual([]);
});

test.each(subjects)('every image of compose/%s can be replaced, and every port is a free one of this machine alone', (subject) => {
  const { services } = documentOf(subject);
  for (const [name, { image, ports = [] }] of Object.entries(services)) {
    expect(image, name).toMatch(/^\$\{LAB_IMAGE_[A-Z]+:-[\w./-]+:[\w.]+\}$/);
    for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:\$\{LAB_PORT_[A-Z0-9_]+:-0\}:\d+$/);
  }
});

test('load and the operator come only when they are asked for', () => {
  const { services } = documentOf('tikv');
  expect(Object.entries(services).flatMap(([name, { profiles = [] }]) => profiles.map((profile) => `${profile}: ${name}`))).toEqual(['ycsb: ycsb-load', 'ycsb: ycsb-run', 'operator: operator']);
  expect(services['operator']?.environment).toMatchObject({ PD_ENDPOINT: 'http://pd-1:2379,http://pd-2:2379,http://pd-3:2379', PROMETHEUS_URL: 'http://prometheus:9090' });
});

test('the flags of PD and TiKV are those that the lab’s own deployment gives them, apart from where things are', async () => {
  const deployment = await deploymentOf('tikv');
  const { services } = documentOf('tikv');
  for (const role of deployment?.roles ?? []) {
    const all = [1, 2, 3].map((n) => ({ id: `${role.nodePrefix}-${n}`, role: role.role, host: `${role.nodePrefix}-${n}`, ports: role.ports, dataDir: '/data' }));
    const names = (args: readonly string[]): readonly string[] => args.flatMap((arg) => /^--([\w-]+)/.exec(arg)?.[1] ?? []).toSorted();
    const known = new Set(names(all.flatMap((node) => deployment?.launch(node, all).args ?? [])));
    for (const { id } of all) expect(names(services[id]?.command ?? []).filter((flag) => !known.has(flag) && flag !== 'config'), id).toEqual([]);
  }
});

test('Grafana’s dashboard shows the signals that the lab charts (node test/docker/dashboard.ts writes it anew)', () => {
  expect(readFileSync(dashboardFile('tikv'), 'utf8')).toBe(dashboardOf('tikv'));
});
