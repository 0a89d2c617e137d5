import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wallClock } from '../../src/kernel/wall-clock.ts';
import type { TargetStatus } from './api-targets.ts';
import { queryInstant } from './promql/engine.ts';
import { startScraper } from './scraper.ts';
import { MetricStore } from './store.ts';

const asked: IncomingHttpHeaders[] = [];
let turn = 0;

/** A page to each path, each with a bad habit of its own. */
const pages: Readonly<Record<string, RequestListener>> = {
  '/good': (request, response) => {
    asked.push(request.headers);
    response.setHeader('content-type', 'text/plain; version=0.0.4').end('m 1\n');
  },
  '/redirect': (_, response) => response.writeHead(302, { location: '/good' }).end(),
  '/circle': (_, response) => response.writeHead(302, { location: '/circle' }).end(),
  '/gzip': (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('m 2\n')),
  '/bomb': (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('# '.padEnd(8_000_000, 'x'))),
  '/not-gzip': (_, response) => response.setHeader('content-encoding', 'gzip').end('m 2\n'),
  '/error': (_, response) => response.writeHead(500).end('m 3\n'),
  '/cut': (_, response) => response.write('m 1\nn ', () => response.destroy()),
  '/short': (_, response) => {
    response.setHeader('content-length', '100');
    response.write('m 1\n', () => response.destroy());
  },
  '/slow': (_, response) => void response.write('m 1\n'),
  '/silent': () => {},
  '/web-page': (_, response) => response.setHeader('content-type', 'text/html').end('<html>sign in</html>'),
  '/twice': (_, response) => response.end('m 1\nm 2\nm 3\n'),
  '/no-end': (_, response) => response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0').end('m 1\n'),
  '/utf8': (_, response) => response.setHeader('content-type', 'text/plain; version=1.0.0; escaping=allow-utf-8').end('{"my.metric","a b"="ü"} 4\n'),
  '/bytes': (_, response) => response.end(Buffer.from([0x6d, 0x20, 0x31, 0x0a, 0xff, 0xfe, 0x00])),
  '/clocks': (_, response) => {
    const nowMs = wallClock.now();
    response.end(`back ${turn++} ${nowMs - turn * 1_000}\nahead 1 ${nowMs + 3_600_000}\nsteady 1\n`);
  },
  '/changes': (_, response) => {
    turn++;
    if (turn % 2 === 0) response.end(`m 5 ${wallClock.now()}\nn 5\n`);
    else response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0').end('m 5\nn 5\n# EOF\n');
  },
};
const server = createServer((request, response) => pages[request.url ?? '']?.(request, response));
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** A target scraped some times with what it left in the store. */
async function scraped(path: string, times = 1, timeoutMs = 10_000): Promise<{ status: TargetStatus; value: (promql: string) => unknown[] }> {
  const store = new MetricStore();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const scraper = startScraper({ targets: [{ job: 'j', instance: path, url }], store, clock: wallClock, intervalMs: 25, timeoutMs, limits: { bodyBytes: 1_000_000 } });
  while ((store.targets()[0]?.times.count ?? 0) < times) await wallClock.sleep(5);
  await scraper.stop();
  const value = (promql: string) => {
    const answer = queryInstant(store, promql, { atMs: wallClock.now() });
    return answer.kind === 'vector' ? answer.series.map(({ points }) => points[0]?.value) : [];
  };
  return { status: scraper.status()[0] as TargetStatus, value };
}

test('pages are asked for in the formats of a Prometheus 3, with the time that there is', async () => {
  await scraped('/good', 1, 700);
  expect(asked[0]).toMatchObject({
    accept: 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    'accept-encoding': 'gzip',
    'x-prometheus-scrape-timeout-seconds': '0.7',
  });
});

test.each([
  ['/redirect', 'm', 1],
  ['/gzip', 'm', 2],
  ['/twice', 'm', 1],
  ['/utf8', '{"my.metric","a b"="ü"}', 4],
  ['/clocks', 'steady', 1],
])('%s is read', async (path, promql, expected) => {
  const { status, value } = await scraped(path);
  expect(status).toMatchObject({ health: 'up', lastError: '' });
  expect(value(promql)).toEqual([expected]);
});

test.each([
  ['/circle', 'Redirect loop'],
  ['/bomb', 'longer than 1000000 bytes'],
  ['/not-gzip', 'incorrect header check'],
  ['/error', 'HTTP status 500'],
  ['/cut', 'closed the connection while answering'],
  ['/short', 'closed the connection while answering'],
  ['/web-page', '1:1: a metric name'],
  ['/no-end', 'EOF'],
  ['/bytes', '2:1: a metric name'],
])('%s is down, and half a page is none: %s', async (path, because) => {
  const { status, value } = await scraped(path);
  expect(status.health).toBe('down');
  expect(status.lastError).toContain(because);
  expect([value('up'), value('m'), value('scrape_samples_scraped')]).toEqual([[0], [], [0]]);
});

test.each(['/slow', '/silent'])('%s is down when its time is up', async (path) => {
  const { status, value } = await scraped(path, 1, 100);
  expect(status).toMatchObject({ health: 'down', lastError: 'no page within 100 ms' });
  expect([value('up'), value('m')]).toEqual([[0], []]);
});

test('samples that go back in time or come from the future are dropped, the rest of the page is not', async () => {
  const { status, value } = await scraped('/clocks', 4);
  expect(status.health).toBe('up');
  expect(value('count_over_time(back[1m])')).toEqual([1]);
  expect(value('count_over_time(ahead[2h] offset -2h)')).toEqual([]);
  expect(value('count_over_time(steady[1m]) > 3')).toHaveLength(1);
});

test('a page that changes its format and gives times now and then has one series for each name', async () => {
  const { value } = await scraped('/changes', 5);
  expect([value('m'), value('n'), value('count(up)')]).toEqual([[5], [5], [1]]);
});
