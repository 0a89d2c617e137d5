import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Case } from './data.ts';

/** The lab's server over the data of a case, in a process of its own. */
export class LabServer implements Disposable {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  /** Starts it, and waits until it listens; without a case there is nothing in it. */
  static async start(chosen?: Case): Promise<LabServer> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), ...(chosen ? [JSON.stringify(chosen)] : [])], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const url of createInterface(child.stdout)) return new LabServer(url, child);
    throw new Error('the server of the lab did not start');
  }

  [Symbol.dispose](): void {
    this.#process.kill();
  }
}
