import { describe, expect, test } from 'vitest';
import { Engine } from '../engine.ts';
import { Process } from './process.ts';

function setUp() {
  const engine = new Engine(0);
  const process = new Process(engine, 100);
  const heard: string[] = [];
  process.load({
    started: () => heard.push('started'), terminated: () => heard.push('terminated'), exited: (clean) => heard.push(clean ? 'left' : 'killed'),
    paused: () => heard.push('paused'), resumed: () => heard.push('resumed'),
  });
  process.start();
  return { engine, process, heard };
}

describe('work that a program planned', () => {
  test('dies with its process, even when another one starts in its place', () => {
    const { engine, process, heard } = setUp();
    process.after(10, () => heard.push('work'));
    process.kill();
    process.start();
    engine.runTo(50);
    expect(heard).toEqual(['started', 'killed', 'started']);
  });

  test('waits while the process is paused, and does not pile up', () => {
    const { engine, process } = setUp();
    const at: number[] = [];
    process.every(10, 10, () => at.push(engine.nowMs));
    engine.runTo(25);
    process.pause();
    engine.runTo(95);
    process.resume();
    engine.runTo(110);
    expect(at).toEqual([10, 20, 95, 105]);
  });
});

test('a paused process reads SIGTERM when it is resumed, and SIGKILL at once', () => {
  const { process, heard } = setUp();
  process.pause();
  process.terminate();
  expect(heard).toEqual(['started', 'paused']);
  process.resume();
  expect(heard).toEqual(['started', 'paused', 'resumed', 'terminated']);
  process.pause();
  process.kill();
  expect(process.state).toBe('exited');
});
