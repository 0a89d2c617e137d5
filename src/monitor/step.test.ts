import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Invariant, Observation } from '../subjects/contract.ts';
import { TicketBook } from '../tickets/book.ts';
import { freshMonitor, stepMonitor, type MonitorEffect, type MonitorState } from './step.ts';

interface Look extends Observation {
  readonly broken: readonly string[];
  readonly pdSilent?: boolean;
}

const look = (atMs: number, broken: readonly string[], more: { readonly blind?: boolean; readonly pdSilent?: boolean } = {}): Look => ({
  atMs, broken, topology: { nodes: [] }, blind: more.blind ? [{ what: 'metrics', because: 'connection refused' }] : [], ...(more.pdSilent && { pdSilent: true }),
});

const invariant = (name: string, graceMs: number): Invariant<Look> => ({
  name, title: name, severity: 'critical', graceMs,
  violations: ({ broken }) => broken.filter((each) => each.startsWith(`${name}:`)).map((each) => ({ component: each.slice(name.length + 1), detail: each })),
  ...(name === 'down' && { cannotTell: ({ pdSilent }: Look) => pdSilent === true }),
});
const invariants = [invariant('down', 0), invariant('slow', 60_000)];

/** Runs looks 5 s apart and returns what each told the book, as short words. */
function run(looks: readonly Look[], from: MonitorState = freshMonitor()): string[][] {
  let state = from;
  return looks.map((observation) => {
    const [next, effects] = stepMonitor(state, { atMs: observation.atMs, observation, invariants });
    state = next;
    return effects.map(word);
  });
}
const word = (effect: MonitorEffect): string => (effect.kind === 'report' ? `+${effect.report.key}` : `-${effect.key}`);
const every5s = (...looks: readonly (readonly string[])[]): Look[] => looks.map((broken, i) => look(i * 5_000, broken));

describe('one step of the monitor', () => {
  test('a violation without grace is reported at once', () => {
    expect(run(every5s([], ['down:tikv-2']))).toEqual([[], ['+down:tikv-2']]);
  });

  test('a violation with a minute of grace is reported after a minute, with the instant at which it was first seen', () => {
    const looks = every5s(...Array.from({ length: 13 }, () => ['slow:tikv-1']));
    expect(run(looks).map((words) => words.length)).toEqual([...Array.from({ length: 12 }, () => 0), 1]);
    let state = freshMonitor();
    for (const observation of looks) {
      const [next, effects] = stepMonitor(state, { atMs: observation.atMs, observation, invariants });
      state = next;
      for (const effect of effects) expect(effect).toMatchObject({ report: { firstSeenMs: 0 } });
    }
  });

  test('a dip that ends within its grace is forgotten, and a new one waits its whole grace again', () => {
    const dip = [...Array.from({ length: 11 }, () => ['slow:tikv-1']), []];
    expect(run(every5s(...dip, ...dip)).flat()).toEqual([]);
  });

  test('an open ticket is resolved at the third clean look, and one bad look in between starts the count again', () => {
    expect(run(every5s(['down:a'], [], [], ['down:a'], [], [], []))).toEqual([['+down:a'], [], [], ['+down:a'], [], [], ['-down:a']]);
  });

  test('two failed looks in a row are a blind ticket; one is not', () => {
    expect(run([look(0, [], { blind: true }), look(5_000, []), look(10_000, [], { blind: true }), look(15_000, [], { blind: true })])).toEqual([[], [], [], ['+blind:cluster']]);
  });

  test('while it cannot see, the monitor resolves nothing', () => {
    const looks = [look(0, ['down:a']), ...Array.from({ length: 6 }, (_, i) => look(5_000 * (i + 1), [], { blind: true }))];
    expect(run(looks).flat().filter((each) => each.startsWith('-'))).toEqual([]);
  });

  test('sight that returns resolves the blind ticket, and then what is really over', () => {
    const blind = [0, 1].map((i) => look(i * 5_000, i === 0 ? ['down:a'] : [], { blind: true }));
    const clear = [2, 3, 4].map((i) => look(i * 5_000, []));
    expect(run([...blind, ...clear]).at(-1)).toEqual(['-down:a', '-blind:cluster']);
  });

  test('what is positively seen is reported even by a partly blind look', () => {
    expect(run([look(0, ['down:a'], { blind: true })])).toEqual([['+down:a']]);
  });

  test('a look that lacks what one invariant needs clears nothing of that invariant and everything of the others', () => {
    const open = run(every5s(['down:a', 'slow:a'], ...Array.from({ length: 12 }, () => ['down:a', 'slow:a'])));
    expect(open.flat()).toContain('+slow:a');
    let state = freshMonitor();
    for (const observation of every5s(...Array.from({ length: 13 }, () => ['down:a', 'slow:a']))) [state] = stepMonitor(state, { atMs: observation.atMs, observation, invariants });
    const silent = [13, 14, 15].map((i) => look(i * 5_000, [], { pdSilent: true }));
    expect(run(silent, state).flat()).toEqual(['-slow:a']);
  });

  test('a monitor that starts again goes on with the open tickets of its book', () => {
    using book = new TicketBook();
    book.report({ key: 'down:a', invariant: 'down', component: 'a', severity: 'critical', firstSeenMs: 0, detail: 'down:a' }, 0);
    expect(run(every5s([], [], []), freshMonitor(book.list({ open: true })))).toEqual([[], [], ['-down:a']]);
  });
});

describe('whatever is observed', () => {
  const components = ['down:a', 'down:b', 'slow:a', 'slow:b'];
  const anyLook = fc.record({ broken: fc.subarray(components), blind: fc.boolean(), pdSilent: fc.boolean(), gapMs: fc.integer({ min: 1, max: 90_000 }) });

  test('at most one ticket per key is open, and three clean looks later none is', () => {
    fc.assert(
      fc.property(fc.array(anyLook, { maxLength: 40 }), (drawn) => {
        using book = new TicketBook();
        let [state, atMs] = [freshMonitor(), 0];
        const see = (observation: Look) => {
          const [next, effects] = stepMonitor(state, { atMs: observation.atMs, observation, invariants });
          state = next;
          for (const effect of effects) {
            if (effect.kind === 'report') book.report(effect.report, observation.atMs);
            else book.resolveKey(effect.key, observation.atMs);
          }
        };
        for (const { broken, blind, pdSilent, gapMs } of drawn) {
          see(look((atMs += gapMs), broken, { blind, pdSilent }));
          const open = book.list({ open: true }).map(({ key }) => key);
          expect(new Set(open).size).toBe(open.length);
          for (const key of broken.filter((each) => each.startsWith('down:'))) expect(open).toContain(key);
        }
        for (let i = 0; i < 3; i++) see(look((atMs += 5_000), []));
        expect(book.list({ open: true })).toEqual([]);
        expect(state.watches.size).toBe(0);
      }),
    );
  });
});
