import type { Clock, Millis } from '../../../src/kernel/clock.ts';
import { failed, ok, type Result } from '../../../src/kernel/result.ts';
import type { Transport } from '../../../src/ports/http.ts';
import { controlPlaneOf, type Member } from '../../../src/ports/live-ports.ts';
import type { LogPort } from '../../../src/ports/logs.ts';
import { prometheusPort } from '../../../src/ports/metrics.ts';
import type { InventoryNode, Ports } from '../../../src/ports/ports.ts';
import { exportIncident } from '../../telemetry/incident-files.ts';
import { LogStore } from '../../telemetry/log-store.ts';
import { packedEnding } from '../../telemetry/packing.ts';
import { prometheusTransport } from '../../telemetry/prometheus-api.ts';
import { startScraper, type Scraper } from '../../telemetry/scraper.ts';
import { MetricStore } from '../../telemetry/store.ts';
import type { RunningCluster } from '../contract.ts';
import { FileTail, LogIntake } from '../real/log-intake.ts';
import { takeMetadata } from './metadata.ts';
import { takeRawSeries, type RawSeries } from './raw-series.ts';
import { storeOfTaken } from './taken-store.ts';

/** A page of metrics that is scraped where no Prometheus does. */
export interface Page {
  readonly job: string;
  readonly instance: string;
  readonly transport: Transport;
}

/** An existing cluster, as it was found. */
export interface Found {
  readonly members: readonly Member[];
  /** Nodes that are no members and answer for themselves alone, on their status ports. */
  readonly data?: readonly Member[];
  /** Everything that is deployed, members included. */
  readonly inventory: readonly InventoryNode[];
  /** A real Prometheus, or the pages that the lab scrapes itself. */
  readonly metrics: { readonly prometheus: Transport } | { readonly pages: readonly Page[] };
  /** Log files on this machine, by node. */
  readonly logFiles: ReadonlyMap<string, string>;
  readonly clock: Clock;
}

/** A cluster that is looked at. It has no controls: whatever would change it is not there. */
export interface AttachedCluster extends RunningCluster {
  /** Who of the control plane can be asked by name. */
  readonly members: readonly InventoryNode[];
  /** Takes the metrics of a window out of the real Prometheus, so that `export` has them. Where the lab scrapes itself they are there already. */
  readonly collect: (window: { readonly selectors: readonly string[]; readonly fromMs: Millis; readonly toMs: Millis; readonly signal?: AbortSignal }) => Promise<Result<void>>;
}

const scrapeIntervalMs: Millis = 5_000;
const scrapeTimeoutMs: Millis = 4_000;
const tailEveryMs: Millis = 1_000;
/** So much of a log file that is already there is taken along. */
const tailBytes = 8 * 2 ** 20;

/** Looks at an existing cluster through what was found of it. */
export const attach = (found: Found): AttachedCluster => new Attached(found);

class Attached implements AttachedCluster {
  readonly clock: Clock;
  readonly ports: Ports;
  readonly controls = {};
  readonly endpoints = {};
  readonly members: readonly InventoryNode[];
  readonly #found: Found;
  readonly #logs = new LogStore();
  readonly #tails: readonly FileTail[];
  readonly #scraper: Scraper | undefined;
  #metrics = new MetricStore();

  constructor(found: Found) {
    this.#found = found;
    this.clock = found.clock;
    this.members = found.members.map(({ node, role, host }) => ({ node, role, host }));
    const intake = new LogIntake(this.#logs, this.clock.now);
    this.#tails = [...found.logFiles].map(([node, path]) => new FileTail(path, (line) => intake.add(node, line), { tailBytes }));
    this.#tail();
    const { metrics } = found;
    this.#scraper = 'pages' in metrics ? this.#scrape(metrics.pages) : undefined;
    this.ports = {
      metrics: prometheusPort('prometheus' in metrics ? metrics.prometheus : prometheusTransport(this.#metrics, this.clock.now, { targets: () => this.#scraper?.status() ?? [] }), this.clock),
      controlPlane: controlPlaneOf(found.members, found.data),
      logs: this.#logPort(),
      inventory: found.inventory,
    };
  }

  nodes = () => this.#found.inventory.map(({ node, role, host }) => ({ id: node, role, host, aliases: [] }));

  pass = async (spanMs: Millis, signal?: AbortSignal): Promise<void> => {
    for (const untilMs = this.clock.now() + spanMs; this.clock.now() < untilMs; ) {
      await this.clock.sleep(Math.min(tailEveryMs, untilMs - this.clock.now()), signal);
      this.#tail();
    }
  };

  collect: AttachedCluster['collect'] = async ({ selectors, ...window }) => {
    const { metrics } = this.#found;
    if (!('prometheus' in metrics)) return ok(undefined);
    const taken = new Map<string, RawSeries>();
    for (const selector of selectors) {
      const series = await takeRawSeries(metrics.prometheus, { selector, ...window });
      if (!series.ok) return series;
      for (const [key, each] of series.value) taken.set(key, each);
    }
    this.#metrics = storeOfTaken(taken.values(), { toMs: window.toMs, metadata: await takeMetadata(metrics.prometheus) });
    return ok(undefined);
  };

  export = () => {
    this.#tail();
    const files = new Map(exportIncident({ metrics: this.#metrics, logs: this.#logs, inventory: this.#found.inventory }));
    // An empty file would say that the node wrote nothing.
    for (const { node } of this.#found.inventory) if (!this.#found.logFiles.has(node)) files.delete(`logs/${node}.log${packedEnding}`);
    return files;
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scraper?.stop();
  }

  #scrape(pages: readonly Page[]): Scraper {
    const transports = new Map(pages.map((page) => [`${page.job} ${page.instance}`, page.transport]));
    return startScraper({
      targets: pages.map(({ job, instance }) => ({ job, instance, url: `http://${instance}/metrics` })),
      store: this.#metrics, clock: this.clock, intervalMs: scrapeIntervalMs, timeoutMs: scrapeTimeoutMs,
      transport: ({ job, instance }) => transports.get(`${job} ${instance}`) as Transport,
    });
  }

  /** A log that is not connected is not a quiet one. */
  #logPort(): LogPort {
    const connected = this.#logs.port(this.clock.now);
    const { logFiles } = this.#found;
    return {
      search: async (query) => {
        const blind = query.node === undefined ? logFiles.size === 0 : !logFiles.has(query.node);
        return blind ? failed('LAB_NO_LOGS', `the log${query.node === undefined ? 's are' : ` of ${query.node} is`} not connected`, 'connect log files with --logs node=FILE') : connected.search(query);
      },
    };
  }

  #tail(): void {
    for (const tail of this.#tails) tail.read();
  }
}
