import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { detection } from './criteria/detection.ts';
import { diagnosisRules } from './criteria/index.ts';
import { failureClasses } from './failure-class.ts';
import { scoreFloors } from './floors.ts';
import { literalBundle } from './literal-bundle.test-kit.ts';

const page = readFileSync(new URL('../../docs/scoring.md', import.meta.url), 'utf8');

it('docs/scoring.md names every criterion with its points, every failure class and every floor', () => {
  const rows = [...diagnosisRules, detection].map((rule) => `| ${rule.name} | ${rule.possible} |`);
  const classes = failureClasses.map((name) => `| \`${name}\` |`);
  const floors = scoreFloors(literalBundle()).map((floor) => `- **${floor.name}**`);
  expect([...rows, ...classes, ...floors].filter((words) => !page.includes(words))).toEqual([]);
  expect([...diagnosisRules, detection].reduce((sum, rule) => sum + rule.possible, 0)).toBe(100);
});

it('docs/scoring.md gives an example for every criterion and every failure class', () => {
  const exampleOf = (name: string): string => new RegExp(`^\\| ${name} \\|.* \\| ([^|]+) \\|$`, 'm').exec(page)?.[1] ?? '';
  const names = [...[...diagnosisRules, detection].map((rule) => rule.name), 'calibration', 'cost', ...failureClasses.map((name) => `\`${name}\``)];
  expect(names.filter((name) => exampleOf(name).length < 12)).toEqual([]);
});
