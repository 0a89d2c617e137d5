// What all stand-ins share: flags as the real programs take them, log lines in their format, pages in Prometheus' text format.
import { createServer } from 'node:http';

/** `--name=a --join b` as a map; a flag that the real program does not have ends the stand-in as it would end that. */
export function flagsOf(known, aliases = {}) {
  const flags = new Map();
  const args = process.argv.slice(2);
  while (args.length > 0) {
    const [name, glued] = splitOnce(args.shift().replace(/^--?/, ''), '=');
    const flag = aliases[name] ?? name;
    if (!known.includes(flag)) {
      process.stderr.write(`unknown flag: --${name}\n`);
      process.exit(2);
    }
    flags.set(flag, glued ?? args.shift() ?? '');
  }
  return flags;
}

export function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** A line of the unified log format. */
export function log(level, place, message, fields = {}) {
  const stamp = new Date().toISOString().replace(/^(\d+)-(\d+)-(\d+)T(.*)Z$/, '$1/$2/$3 $4 +00:00');
  const value = (text) => (/[\s"=[\]]/.test(text) ? JSON.stringify(text) : text);
  const rest = Object.entries(fields).map(([key, each]) => ` [${key}=${value(String(each))}]`).join('');
  process.stderr.write(`[${stamp}] [${level}] [${place}] [${value(message)}]${rest}\n`);
}

/** Serves `answer(path, query, body)`: a string is a page, anything else JSON, `{ status, body }` an error. */
export function serve(port, answer) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url, 'http://stand-in');
    const said = await answer(url.pathname, url.searchParams, Buffer.concat(chunks).toString('utf8'));
    const { status = 200, body = said } = said?.status ? said : {};
    const text = typeof body === 'string' ? body : `${JSON.stringify(body, null, 2)}\n`;
    response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain; version=0.0.4' : 'application/json; charset=UTF-8' }).end(text);
  });
  server.listen(Number(port), '0.0.0.0');
  return server;
}

/** One JSON request; `undefined` where nobody answers in time. */
export async function ask(url, { body, timeoutMs = 1_000 } = {}) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), ...(body && { method: 'POST', body: JSON.stringify(body) }) });
    const text = await response.text();
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A page of gauges and counters: `[name, type, [[labels, value], …]]`. */
export const page = (families) =>
  families
    .map(([name, type, samples]) => `# TYPE ${name} ${type}\n${samples.map(([labels, value, suffix = '']) => `${name}${suffix}${spell(labels)} ${value}\n`).join('')}`)
    .join('');

const spell = (labels) => (Object.keys(labels).length === 0 ? '' : `{${Object.entries(labels).map(([key, value]) => `${key}="${value}"`).join(',')}}`);

/** A histogram as samples of one family. */
export class Histogram {
  constructor(bounds) {
    this.bounds = bounds;
    this.counts = bounds.map(() => 0);
    this.count = 0;
    this.sum = 0;
  }

  observe(seconds) {
    this.bounds.forEach((bound, i) => (this.counts[i] += seconds <= bound ? 1 : 0));
    this.count++;
    this.sum += seconds;
  }

  samples(labels = {}) {
    return [...this.bounds.map((bound, i) => [{ ...labels, le: String(bound) }, this.counts[i], '_bucket']), [{ ...labels, le: '+Inf' }, this.count, '_bucket'], [labels, this.sum, '_sum'], [labels, this.count, '_count']];
  }
}

/** What every program says about its process. */
export const aboutProcess = () => {
  const { rss } = process.memoryUsage();
  const cpu = process.cpuUsage();
  return [
    ['process_start_time_seconds', 'gauge', [[{}, startedSeconds]]],
    ['process_resident_memory_bytes', 'gauge', [[{}, rss]]],
    ['process_cpu_seconds_total', 'counter', [[{}, (cpu.user + cpu.system) / 1e6]]],
  ];
};

const startedSeconds = Math.floor(Date.now() / 1000);

/** `61.2GiB`, as PD writes sizes. */
export function size(bytes) {
  const unit = Math.min(5, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${Number((bytes / 1024 ** unit).toPrecision(4))}${['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'][unit]}`;
}
