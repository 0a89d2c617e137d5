import { expect, test } from 'vitest';
import { parseRuleFile } from './rule-file.ts';

const read = (text: string) => {
  const parsed = parseRuleFile(text, { file: 'my.rules.yml' });
  return parsed.ok ? parsed.value : parsed.failure.because;
};
const rule = (body: string) => read(`groups:\n- name: g\n  rules:\n  - ${body.replaceAll('\n', '\n    ')}\n`);

test('a file of both kinds of rule is read, with the defaults of Prometheus', () => {
  const text = `
groups:
- name: a
  interval: 30s
  query_offset: 5s
  limit: 10
  labels: {team: db, level: low}
  rules:
  - {record: 'job:up:sum', expr: 'sum by (job) (up)'}
  - alert: Down
    expr: up == 0
    for: 1m
    keep_firing_for: 2m
    labels: {level: high}
    annotations: {summary: '{{ $labels.instance }} is down'}
- name: b
  rules: []
`;
  expect(read(text)).toEqual([
    {
      name: 'a', file: 'my.rules.yml', intervalMs: 30_000, queryOffsetMs: 5_000, limit: 10,
      rules: [
        { kind: 'recording', name: 'job:up:sum', expr: 'sum by (job) (up)', labels: { team: 'db', level: 'low' } },
        { kind: 'alerting', name: 'Down', expr: 'up == 0', forMs: 60_000, keepFiringForMs: 120_000, labels: { team: 'db', level: 'high' }, annotations: { summary: '{{ $labels.instance }} is down' } },
      ],
    },
    { name: 'b', file: 'my.rules.yml', intervalMs: 60_000, queryOffsetMs: 0, limit: 0, rules: [] },
  ]);
});

test('words that the vendor’s deployment tool fills in are filled in', () => {
  expect(rule('alert: A\nexpr: up\nlabels: {env: ENV_LABELS_ENV}')).toMatchObject([{ rules: [{ labels: { env: 'lab' } }] }]);
  const named = parseRuleFile('groups: [{name: g, rules: [{alert: A, expr: up, labels: {env: HERE}}]}]', { file: 'f', placeholders: { HERE: 'staging' } });
  expect(named).toMatchObject({ value: [{ rules: [{ labels: { env: 'staging' } }] }] });
});

test('a number is as good an expression as a text', () => expect(rule('record: one\nexpr: 1')).toMatchObject([{ rules: [{ expr: '1' }] }]));
test('anchors are followed, but not without end', () => {
  expect(read('groups: [{name: a, rules: &r [{record: x, expr: up}]}, {name: b, rules: *r}]')).toMatchObject([{ rules: [{ name: 'x' }] }, { rules: [{ name: 'x' }] }]);
  const many = Array.from({ length: 2_000 }, () => '*r').join(',');
  expect(String(read(`groups: [{name: a, rules: [&r {record: x, expr: up}, ${many}]}]`))).toContain('more than 1000 aliases are used');
});
test('an empty file has no groups', () => expect(read('')).toEqual([]));

test.each([
  ['alert: A\nexpr: up ==', 'my.rules.yml:5:11: could not parse expression: 1:6: parse error: unexpected end of input'],
  ['alert: A', "my.rules.yml:4:5: field 'expr' must be set in rule"],
  ['expr: up', "my.rules.yml:4:5: one of 'record' or 'alert' must be set"],
  ['alert: A\nrecord: b\nexpr: up', "my.rules.yml:4:5: only one of 'record' and 'alert' must be set"],
  ['record: b\nexpr: up\nfor: 1m', "my.rules.yml:6:10: invalid field 'for' in recording rule"],
  ['alert: A\nexpr: up\nfor: soon', 'my.rules.yml:6:10: not a valid duration string: "soon"'],
  ['alert: A\nexpr: up\nfro: 1m', 'my.rules.yml:6:10: field fro not found in a rule'],
  ['alert: A\nexpr: up\nlabels: {__name__: x}', 'my.rules.yml:6:24: invalid label name: __name__'],
  ['alert: A\nexpr: up\nannotations: {a: "{{ nope }}"}', 'my.rules.yml:6:18: template of a: function "nope" not defined'],
  ['alert: A\nexpr: up\nlabels: [x]', 'my.rules.yml:6:13: labels must be a mapping'],
  ['alert: A\nexpr: [up]', 'my.rules.yml:5:11: this must be one value'],
])('the mistake in %j is named with its place', (body, because) => expect(String(rule(body)).split('\n')[0]).toBe(because));

test.each([
  ['groups: {a: b}', 'my.rules.yml:1:9: groups must be a list'],
  ['group: []', 'my.rules.yml:1:8: field group not found in a rule file'],
  ['groups: [{rules: []}]', 'my.rules.yml:1:10: Groupname must not be empty'],
  ['groups: [{name: a}, {name: a}]', 'my.rules.yml:1:1: groupname: "a" is repeated in the same file'],
  ['groups:\n- name: "a', 'my.rules.yml:2:11: Missing closing "quote'],
  ['just a text', 'my.rules.yml:1:1: a rule file must be a mapping'],
])('%j is refused as a whole', (text, because) => expect(String(read(text)).split('\n')[0]).toBe(because));
