import { expect, test } from 'vitest';
import { parseMetricsJsonl } from './snapshot-parse.ts';
import { metricsJsonl } from './snapshot.ts';
import { MetricStore } from './store.ts';
import { textsOf } from './text-blocks.ts';

test('bytes are parted behind line ends only, and nothing is lost', () => {
  const text = 'eins\nzwölf\ndrei\n\nvier';
  for (let bytesEach = 1; bytesEach < 30; bytesEach++) {
    const texts = textsOf(Buffer.from(text), bytesEach);
    expect(texts.join('')).toBe(text);
    for (const part of texts.slice(0, -1)) expect(part.endsWith('\n')).toBe(true);
  }
});

test('a snapshot in many parts is the same store as in one', () => {
  const store = new MetricStore();
  const target = store.target('tikv', 'tikv-1:20180');
  for (let scrape = 0; scrape < 40; scrape++) {
    target.begin(scrape * 15_000);
    for (let i = 0; i < 9; i++) if ((scrape + i) % 7 !== 0) target.set(target.series(`metric_${i % 3}`, { at: String(i) }), scrape * i);
    target.end({ up: scrape % 11 !== 0, durationSeconds: 0.01 });
  }
  const whole = metricsJsonl(store);
  expect(metricsJsonl(parseMetricsJsonl(textsOf(Buffer.from(whole), 100)))).toBe(whole);
});
