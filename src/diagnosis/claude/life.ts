import type { Millis } from '../../kernel/clock.ts';
import { wallClock } from '../../kernel/wall-clock.ts';
import type { ModelBlock } from './stream.ts';

/** A watch over one request: its signal is aborted when nothing has come for too long. */
export interface Watch extends Disposable {
  readonly signal: AbortSignal;
}

/** Sees whatever arrives from an endpoint on its way in: pings count as life, and a client keeps them to itself. */
export class Life {
  readonly fetch: typeof fetch;
  readonly #silenceMs: Millis;
  #arrived = 0;

  constructor(silenceMs: Millis) {
    this.#silenceMs = silenceMs;
    this.fetch = async (url, init) => {
      const response = await fetch(url, init);
      const counting = new TransformStream<Uint8Array, Uint8Array>({ transform: (piece, onward) => { this.#arrived += 1; onward.enqueue(piece); } });
      return response.body ? new Response(response.body.pipeThrough(counting), response) : response;
    };
  }

  /** Some proxies keep a dead connection open for ever. */
  watch(): Watch {
    const [silence, over] = [new AbortController(), new AbortController()];
    void this.#untilSilent(silence, over.signal);
    return { signal: silence.signal, [Symbol.dispose]: () => over.abort() };
  }

  async #untilSilent(silence: AbortController, over: AbortSignal): Promise<void> {
    for (let before = -1; before !== this.#arrived; ) {
      before = this.#arrived;
      try {
        await wallClock.sleep(this.#silenceMs, over);
      } catch {
        return;
      }
    }
    silence.abort();
  }
}

/** Tells whoever waits what the model thinks and asks, a line each. */
export function tellBlock(block: ModelBlock, tell: ((line: string) => void) | undefined): void {
  if (block.type === 'thinking' && block.thinking !== '') tell?.(`thinks: ${firstLine(block.thinking)}`);
  if (block.type === 'tool_use') tell?.(`asks ${block.name} ${firstLine(block.malformed ?? JSON.stringify(block.input))}`);
}

const firstLine = (text: string): string => text.trim().replace(/\s+/g, ' ').slice(0, 110);
