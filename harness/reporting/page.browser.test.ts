import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileBundle } from '../../test/hostile-bundle.ts';
import { passingBundle, sampleBundle, stoppedBundle } from '../../test/sample-bundle.ts';
import { renderIndex } from './index-page.ts';
import { renderRun } from './page.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const present = existsSync(executablePath);
if (!present) process.stderr.write(`skipped: no Chromium at ${executablePath}; set CHROMIUM to the path of one\n`);

const row = { href: 'runs/a/index.html', scenario: 'tikv/store-down', seed: 4, verdict: 'PASS', score: 95, diagnostician: 'rules', state: 'scored', digest: '7f3a', said: 'tikv-2 process-crash', expected: 'tikv-2 process-crash' } as const;
const pages: Record<string, string> = {
  fail: renderRun(sampleBundle()), pass: renderRun(passingBundle()), hostile: renderRun(hostileBundle()), running: renderRun(stoppedBundle('running', 210)), error: renderRun(stoppedBundle('infra-error', 210, 'PD did not answer')),
  index: renderIndex([row, { ...row, seed: 5, verdict: 'FAIL', score: 42, said: 'pd-1 network-partition' }, { ...row, scenario: 'controls/healthy', verdict: 'ERROR', score: null }]),
};

describe.skipIf(!present)('pages in a browser', () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lab-pages-'));
    for (const [name, html] of Object.entries(pages)) writeFileSync(join(folder, `${name}.html`), html);
    browser = await chromium.launch({ executablePath, args });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  interface View { readonly width?: number; readonly height?: number; readonly script?: boolean; readonly scheme?: 'light' | 'dark' }
  async function on<T>(name: string, view: View, look: (page: Page) => Promise<T>): Promise<T> {
    const context = await browser.newContext({ viewport: { width: view.width ?? 1280, height: view.height ?? 800 }, javaScriptEnabled: view.script ?? true, colorScheme: view.scheme ?? 'light' });
    const page = await context.newPage();
    page.setDefaultTimeout(5000);
    const noise: string[] = [];
    page.on('console', (message) => noise.push(message.text()));
    page.on('pageerror', (error) => noise.push(error.message));
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const url = pathToFileURL(join(folder, `${name.split('#')[0]}.html`)).href + (name.includes('#') ? `#${name.split('#')[1]}` : '');
    await page.goto(url);
    const seen = await look(page);
    await context.close();
    expect(noise).toEqual([]);
    expect(requests.filter((each) => !each.startsWith('data:'))).toHaveLength(1);
    return seen;
  }
  const bottom = async (page: Page, id: string): Promise<number> => {
    const box = await page.getByTestId(id).boundingBox();
    return box ? box.y + box.height : Number.NaN;
  };

  it.each(Object.keys(pages))('%s makes one request and says nothing on the console', async (name) => {
    expect(await on(name, {}, (page) => page.title())).not.toBe('');
  });

  it('has verdict, facts and timeline above the fold of a laptop, verdict and facts above that of a phone', async () => {
    for (const name of ['fail', 'pass', 'running']) {
      await on(name, {}, async (page) => {
        for (const id of ['verdict', 'facts', 'timeline']) expect(await bottom(page, id)).toBeLessThan(800);
      });
      await on(name, { width: 390, height: 844 }, async (page) => {
        for (const id of ['verdict', 'facts']) expect(await bottom(page, id)).toBeLessThan(844);
      });
    }
  });

  it.each(Object.keys(pages))('%s needs no sideways scrolling at 320 pixels', async (name) => {
    expect(await on(name, { width: 320, height: 640 }, (page) => page.evaluate('document.documentElement.scrollWidth - innerWidth'))).toBeLessThanOrEqual(0);
  });

  it('reads without JavaScript: every section, both claims, every citation and download', async () => {
    await on('fail', { script: false }, async (page) => {
      for (const id of ['verdict', 'facts', 'timeline', 'diagnosis', 'evidence', 'hypotheses', 'options', 'metrics', 'score', 'transcript', 'scenario', 'downloads']) expect(await page.getByTestId(id).isVisible()).toBe(true);
      expect(await page.getByTestId('verdict').innerText()).toMatch(/said\s+tikv-2 process-crash\s+expected\s+tikv-2 process-crash/);
      for (const id of ['E1', 'E2', 'E3', 'E4']) expect(await page.locator(`#diagnosis a[href="#ev-${id}"]`).isVisible()).toBe(true);
      expect(await page.getByTestId('downloads').getByRole('link').count()).toBe(6);
    });
  });

  it('opens the folded answer that a citation leads to, also without JavaScript', async () => {
    for (const script of [true, false]) {
      expect(await on('fail#O1-E1', { script }, (page) => page.locator('#O1-E1').isVisible())).toBe(true);
    }
  });

  it('leads from a cited point on a chart to its citation and on to the answer', async () => {
    await on('fail', {}, async (page) => {
      await page.locator('#metrics a[href="#ev-E1"]').click();
      expect(page.url()).toMatch(/#ev-E1$/);
      await page.locator('#ev-E1 a').click();
      expect(await page.locator('#O1-E1').isVisible()).toBe(true);
    });
  });

  it('draws a cited sample at its instant at every width', async () => {
    for (const width of [320, 768, 1440]) {
      const share = await on('fail', { width }, (page) => page.evaluate(`(() => {
        const ring = document.querySelector('#m-up .ring').getBoundingClientRect(), plot = document.querySelector('#m-up svg.series').getBoundingClientRect();
        return (ring.x + ring.width / 2 - plot.x) / plot.width; })()`));
      expect(Math.abs(Number(share) - 240 / 510)).toBeLessThan(0.005);
    }
  });

  it('runs nothing that came from outside', async () => {
    expect(await on('hostile', {}, (page) => page.evaluate('[typeof window.pwned, document.images.length, document.scripts.length]'))).toEqual(['undefined', 0, 2]);
  });

  it('follows the system theme, switches, and remembers', async () => {
    await on('fail', { scheme: 'dark' }, async (page) => {
      const paper = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
      expect(await paper()).toBe('rgb(15, 20, 25)');
      await page.locator('#theme').click();
      expect(await paper()).toBe('rgb(255, 255, 255)');
    });
  });

  it('reads out every chart where the pointer is', async () => {
    await on('fail', {}, async (page) => {
      await page.locator('#m-leaders svg.series').hover();
      expect(await page.locator('#r-leaders').innerText()).toMatch(/^v 4:1\d.*tikv-2 0/);
      expect(await page.locator('#r-latency-p99').innerText()).toMatch(/ms$/);
    });
  });

  it('prints folded parts, in dark ink', async () => {
    await on('fail', { scheme: 'dark' }, async (page) => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe('rgb(255, 255, 255)');
      expect((await page.locator('#O1').boundingBox())?.height ?? 0).toBeGreaterThan(30);
    });
  });

  it('keeps text legible: every colour pair of both themes is at least 4.5 to 1', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const weak = await on('fail', { scheme }, (page) => page.evaluate(contrastProbe));
      expect(weak).toEqual([]);
    }
  });

  it('shows nothing red where nothing was judged', async () => {
    for (const name of ['error', 'running']) {
      const red = await on(name, {}, (page) => page.evaluate(`[...document.querySelectorAll('main *')].filter((each) => ['color', 'stroke', 'fill'].some((key) => getComputedStyle(each)[key] === 'rgb(179, 38, 30)')).length`));
      expect(red).toBe(0);
    }
  });

  it('filters the index without a server, with words to leave out, and keeps them in the address', async () => {
    await on('index', {}, async (page) => {
      const visible = () => page.locator('[data-row]:visible').count();
      await page.locator('#filter').fill('store-down !pass');
      expect(await visible()).toBe(1);
      expect(await page.locator('#shown').innerText()).toBe('1 of 3');
      expect(page.url()).toContain('#q=store-down%20!pass');
      await page.locator('#clear').click();
      expect(await visible()).toBe(3);
    });
    expect(await on('index#q=healthy', {}, (page) => page.locator('[data-row]:visible').count())).toBe(1);
  });
});

/** Text whose colour is too near to the paper behind it (WCAG relative luminance), as `text: ratio`. */
const contrastProbe = `(() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((each) => each / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const paper = (element) => { for (let each = element; each; each = each.parentElement) { const colour = parse(getComputedStyle(each).backgroundColor); if (colour.length === 3 || colour[3] > 0) return colour; } return [255, 255, 255]; };
  const weak = [];
  for (const element of document.querySelectorAll('main *')) {
    if (element.tagName === 'title' || ![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) continue;
    const style = getComputedStyle(element);
    const ink = parse(element instanceof SVGElement ? style.fill : style.color);
    const [light, dark] = [luminance(ink), luminance(paper(element))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) weak.push(element.textContent.trim().slice(0, 30) + ': ' + ratio.toFixed(2));
  }
  return weak;
})()`;
