import type { Hash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { assert, defined } from '../../src/kernel/assert.ts';
import { canonicalJson } from '../../src/kernel/json.ts';
import { LabError } from '../../src/kernel/result.ts';
import type { Answer, Run, SignalSeries, TranscriptEntry } from './bundle.ts';
import { clientsBytes, clientsFile, type ClientRow } from './clients.ts';
import { digestWith, hashOfFiles, votesFile } from './digest.ts';
import type { HistoryEvent } from './events.ts';
import { makeFolder, onDisk, writeAtomically } from './files.ts';

/**
 * Writes a run bundle in stages: `run.json` first (state `running`), history and transcript line by line as things
 * happen, the rest when it exists. Whatever is there at any moment can be read; a killed run is a readable bundle.
 */
export class BundleWriter {
  readonly dir: string;
  #run: Run;
  readonly #open = new Map<string, number>();
  /** Of the files as they were last sealed; gone as soon as one is written. */
  #sealed: Hash | undefined;

  private constructor(dir: string, run: Run) {
    this.dir = dir;
    this.#run = run;
  }

  /** Starts a bundle in `dir`. An older bundle there is replaced; a folder that holds anything else is refused (exit 2). */
  static begin(dir: string, run: Run): BundleWriter {
    onDisk(dir, () => {
      clearOlderBundle(dir);
      makeFolder(join(dir, 'incident'));
    });
    const writer = new BundleWriter(dir, run);
    writer.#saveRun();
    writer.#append('history.jsonl', '');
    writer.#append('transcript.jsonl', '');
    return writer;
  }

  /** Takes up a finished bundle to seal it again, as `lab rescore` does. */
  static reopen(dir: string, run: Run): BundleWriter {
    return new BundleWriter(dir, run);
  }

  /** Adds one event to `history.jsonl`. */
  addEvent(event: HistoryEvent): void {
    this.#append('history.jsonl', `${canonicalJson(event)}\n`);
  }

  /** Adds one line to `transcript.jsonl`. */
  addTranscript(entry: TranscriptEntry): void {
    this.#append('transcript.jsonl', `${canonicalJson(entry)}\n`);
  }

  /** Writes what an agent may read; paths are relative to `incident/`. */
  saveIncident(files: ReadonlyMap<string, Uint8Array>): void {
    for (const [name, bytes] of files) {
      assert(!name.includes('..'), `incident file ${name} leaves the bundle`);
      this.#save(`incident/${name}`, bytes);
    }
  }

  /** Writes the truth, outside `incident/`. */
  saveAnswer(answer: Answer): void {
    this.#save('answer.json', `${canonicalJson(answer, 1)}\n`);
  }

  /** Writes what the clients saw, outside `incident/`. */
  saveClients(seconds: readonly ClientRow[]): void {
    this.#save(clientsFile, clientsBytes(seconds));
  }

  /** Writes the charted series. */
  saveSignals(signals: readonly SignalSeries[]): void {
    this.#save('signals.json', `${canonicalJson(signals)}\n`);
  }

  /** Ends the bundle: the final `run.json` with its digest. */
  finish(changes: Partial<Run>): Run {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
    this.#run = { ...this.#run, ...changes };
    this.#sealed ??= hashOfFiles(this.dir);
    this.#run = { ...this.#run, digest: digestWith(this.#sealed, this.#run) };
    this.#saveRun();
    return this.#run;
  }

  #saveRun(): void {
    writeAtomically(join(this.dir, 'run.json'), `${canonicalJson(this.#run, 1)}\n`);
  }

  #save(file: string, content: string | Uint8Array): void {
    this.#sealed = undefined;
    writeAtomically(join(this.dir, file), content);
  }

  #append(file: string, text: string): void {
    this.#sealed = undefined;
    onDisk(join(this.dir, file), () => {
      if (!this.#open.has(file)) this.#open.set(file, openSync(join(this.dir, file), 'a'));
      if (text !== '') writeSync(defined(this.#open.get(file), file), text);
    });
  }
}

function clearOlderBundle(dir: string): void {
  if (!existsSync(dir)) return;
  if (!statSync(dir).isDirectory()) throw new LabError({ code: 'LAB_OUT_NOT_A_BUNDLE', because: `${dir} is a file, and a bundle is a folder`, advice: 'Name a folder.' }, 2);
  const names = readdirSync(dir);
  if (names.length === 0) return;
  if (!names.includes('run.json')) {
    const advice = 'Name an empty folder, a new one, or one that holds an older bundle.';
    throw new LabError({ code: 'LAB_OUT_NOT_A_BUNDLE', because: `${dir} holds other files`, advice }, 2);
  }
  for (const name of ['history.jsonl', 'transcript.jsonl', 'answer.json', 'signals.json', 'index.html', votesFile, 'incident', 'run.json']) rmSync(join(dir, name), { recursive: true, force: true });
}
