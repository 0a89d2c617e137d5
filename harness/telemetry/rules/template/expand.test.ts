import { describe, expect, test } from 'vitest';
import { expandOrThrow, expandTemplate } from './expand.ts';
import { parseTemplate } from './parse.ts';

const context = { labels: { instance: 'tikv-1.example:20180', job: 'tikv' }, value: 0.1234, query: (promql: string) => (promql === 'up' ? [{ Labels: { job: 'b' }, Value: 1 }, { Labels: { job: 'a' }, Value: 0 }] : []) };
const at = (value: number, template: string) => expandOrThrow(template, { ...context, value });

describe('a template, as a real Prometheus 2.42 expanded it', () => {
  test.each([
    [1234567, '{{ $value }}', '1.234567e+06'],
    [123456, '{{ $value }}', '123456'],
    [0.00001234, '{{ $value }}', '1.234e-05'],
    [1234567, '{{ humanize $value }}', '1.235M'],
    [0.0123, '{{ humanize $value }}', '12.3m'],
    [1048576, '{{ humanize1024 $value }}', '1Mi'],
    [86461, '{{ humanizeDuration $value }}', '1d 0h 1m 1s'],
    [59.9999, '{{ humanizeDuration $value }}', '60s'],
    [0.0001, '{{ humanizeDuration $value }}', '100us'],
    [-1234.5, '{{ humanizePercentage $value }}', '-1.234e+05%'],
    [0.1234, '{{ $value | humanizePercentage }}', '12.34%'],
    [1795467610.207, '{{ humanizeTimestamp $value }}', '2026-11-23 21:00:10.207 +0000 UTC'],
    [Infinity, '{{ $value }}', '+Inf'],
    [2.25, '{{ printf "%.1f|%6.2f|%-6.1f|%e" $value $value $value $value }}', '2.2|  2.25|2.2   |2.250000e+00'],
    [3, '{{ printf "%d" $value }}', '%!d(float64=3)'],
    [3, '{{ printf "%d %05d %x" 7 42 255 }}', '7 00042 ff'],
    [NaN, '{{ if gt $value 10.0 }}big{{ else if lt $value 0.0 }}negative{{ else }}small{{ end }}', 'big'],
    [-1, '{{ if gt $value 10.0 }}big{{ else if lt $value 0.0 }}negative{{ else }}small{{ end }}', 'negative'],
    [1, '{{ $labels.instance }}|{{ $labels.nope }}|{{ .Labels.job }}', 'tikv-1.example:20180||tikv'],
    [1, '{{ $labels.instance | stripPort | toUpper }} {{ reReplaceAll "(.*):.*" "$1" $labels.instance }} {{ stripDomain $labels.instance }}', 'TIKV-1.EXAMPLE tikv-1.example tikv-1:20180'],
    [1, 'a {{- /* a comment */ -}} b {{ "c" -}} d', 'ab cd'],
    [1, '{{ range query "up" | sortByLabel "job" }}{{ .Labels.job }}={{ .Value }};{{ else }}none{{ end }}', 'a=0;b=1;'],
    [1, '{{ with query "down" }}some{{ else }}none{{ end }} {{ (query "up" | first).Value }}', 'none 1'],
    [1, '{{ $x := 3 }}{{ $x = 4 }}{{ range $i, $s := query "up" }}{{ $i }}{{ end }}{{ $x }}', '014'],
    [1, '{{ len "abc" }} {{ index $labels "job" }} {{ eq $labels.job "x" "tikv" }} {{ $labels }}', '3 tikv true map[instance:tikv-1.example:20180 job:tikv]'],
    [1, '{{ urlquery "a b&c" }} {{ html "<a>" }} {{ print 1 2 "a" 3 }}', 'a+b%26c &lt;a&gt; 1 2a3'],
  ])('%d in %s', (value, template, text) => expect(at(value, template)).toBe(text));
});

test('an error while expanding is in the text, so that the alert is still there', () => {
  expect(expandTemplate('{{ gt $value 10 }}', context)).toBe('<error expanding template: incompatible types for comparison>');
  expect(expandTemplate('{{ query "down" | first | value }}', context)).toBe('<error expanding template: first() called on vector with no elements>');
});

test.each([
  ['{{ $value', 'unclosed action'],
  ['{{ if $value }}x', '{{if}} without {{end}}'],
  ['x{{ end }}', 'unexpected {{end}}'],
  ['{{ nope $value }}', 'function "nope" not defined'],
  ['{{ $nope }}', 'undefined variable "$nope"'],
  ['{{ with $x := 1 }}{{ end }}{{ $x }}', 'undefined variable "$x"'],
  ['{{ }}', 'missing value in {{}}'],
  ['{{ (print 1 }}', 'missing ) in {{(print 1}}'],
  ['{{ define "x" }}{{ end }}', '{{define "x"}} is not supported in rule files'],
  ['{{ a ; b }}', 'unexpected "; b" in {{a ; b}}'],
])('%s is refused when its file is loaded', (template, because) => expect(() => parseTemplate(template)).toThrow(because));

test('a template that multiplies query results is stopped', () => {
  const many = Array.from({ length: 400 }, () => ({ Labels: {}, Value: 1 }));
  expect(expandTemplate('{{ range query "a" }}{{ range query "a" }}x{{ end }}{{ end }}', { labels: {}, value: 1, query: () => many })).toBe('<error expanding template: the template does too much>');
});
