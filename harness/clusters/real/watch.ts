import { Agent } from 'undici';
import { defined } from '../../../src/kernel/assert.ts';
import type { Clock, Millis } from '../../../src/kernel/clock.ts';
import { orThrow } from '../../../src/kernel/result.ts';
import type { Transport } from '../../../src/ports/http.ts';
import { controlPlaneOf } from '../../../src/ports/live-ports.ts';
import { prometheusPort } from '../../../src/ports/metrics.ts';
import type { Ports } from '../../../src/ports/ports.ts';
import { httpTransport } from '../../../src/ports/undici-transport.ts';
import type { AskNode } from '../../deployments/contract.ts';
import { exportIncident } from '../../telemetry/incident-files.ts';
import { LogStore } from '../../telemetry/log-store.ts';
import { prometheusTransport } from '../../telemetry/prometheus-api.ts';
import { rulesOver, type RuleText } from '../../telemetry/rules/over-store.ts';
import type { RuleEngine } from '../../telemetry/rules/rule-engine.ts';
import { startScraper, type Scraper } from '../../telemetry/scraper.ts';
import { MetricStore } from '../../telemetry/store.ts';
import type { IncidentFiles } from '../contract.ts';
import { LogIntake } from './log-intake.ts';
import { instanceOf, type RealNode } from './node.ts';

const askTimeoutMs: Millis = 8_000;
const scrapeIntervalMs: Millis = 5_000;
const scrapeTimeoutMs: Millis = 4_000;

/** Eyes on a real cluster: asks its nodes, scrapes their pages, takes their log lines, and keeps all that was seen. */
export class Watch {
  readonly nodes: readonly RealNode[];
  readonly metrics = new MetricStore();
  readonly logs = new LogStore();
  /** Where the nodes' log lines go. */
  readonly intake: LogIntake;
  readonly #clock: Clock;
  // A connection of its own pool is closed with it; short-lived ones, so that a restarted node is not asked on a dead one.
  readonly #agent = new Agent({ keepAliveTimeout: 1_000, keepAliveMaxTimeout: 1_000, connect: { timeout: askTimeoutMs } });
  #scraper: Scraper | undefined;
  #rules: RuleEngine | undefined;

  constructor(nodes: readonly RealNode[], clock: Clock) {
    this.nodes = nodes;
    this.#clock = clock;
    this.intake = new LogIntake(this.logs, clock.now);
  }

  /** An HTTP client for a node's port. */
  ask: AskNode = (id, port) => this.asker(askTimeoutMs)(id, port);

  /** As {@link Watch.ask}, with patience of its own. */
  asker(timeoutMs: Millis): AskNode {
    return (id, port = 'main') => this.#transport(defined(this.#node(id).urls[port], `port ${port} of ${id}`), timeoutMs);
  }

  /** Waits until every page was asked for once, so that nobody takes a young watch for a blind one. */
  async firstScrapes(signal?: AbortSignal): Promise<void> {
    while (this.#scraper?.status().some(({ health }) => health === 'unknown')) await this.#clock.sleep(100, signal);
  }

  /** Begins to scrape every node's page with the lab's own scraper. */
  startScraping(intervalMs: Millis = scrapeIntervalMs): void {
    const targets = this.nodes.map((node) => ({ job: node.spec.job, instance: instanceOf(node), url: `${defined(node.urls[node.spec.metricsPort], 'metrics port').origin}/metrics` }));
    this.#scraper = startScraper({ targets, store: this.metrics, clock: this.#clock, intervalMs, timeoutMs: scrapeTimeoutMs, dispatcher: this.#agent });
  }

  /** Evaluates Prometheus' rule files over what our own scraper has seen, from now on. */
  runRules(files: readonly RuleText[]): void {
    this.#rules = orThrow(rulesOver(this.metrics, files, this.#clock.now()), 2);
  }

  /** What an operator sees. `metrics` stands in for our own scraper's store where a real Prometheus answers. */
  ports(metrics: Transport = this.#ownMetrics()): Ports {
    const askable = this.nodes.map((node) => ({ node: node.id, role: node.role, host: node.host, controlPlane: node.spec.controlPlane, transport: this.ask(node.id, node.spec.controlPlane ? 'main' : node.spec.metricsPort) }));
    return {
      metrics: prometheusPort(metrics, this.#clock),
      controlPlane: controlPlaneOf(askable.filter(({ controlPlane }) => controlPlane), askable.filter(({ controlPlane }) => !controlPlane)),
      logs: this.logs.port(this.#clock.now),
      inventory: this.nodes.map(({ id, role, host }) => ({ node: id, role, host })),
    };
  }

  /** All that was seen, as the files of a bundle's `incident/`. */
  export(): IncidentFiles {
    this.#rules?.catchUp(this.#clock.now());
    return exportIncident({ metrics: this.metrics, logs: this.logs, inventory: this.nodes.map(({ id, role, host }) => ({ node: id, role, host })) });
  }

  /** Scrapes no more and closes every connection. */
  async stop(): Promise<void> {
    await this.#scraper?.stop();
    await this.#agent.destroy();
  }

  #ownMetrics(): Transport {
    return prometheusTransport(this.metrics, this.#clock.now, { targets: () => this.#scraper?.status() ?? [], ...(this.#rules && { rules: this.#rules }) });
  }

  #transport(base: URL, timeoutMs: Millis): Transport {
    return httpTransport(base, { timeoutMs, dispatcher: this.#agent });
  }

  #node(id: string): RealNode {
    return defined(this.nodes.find((node) => node.id === id), `node ${id}`);
  }
}
