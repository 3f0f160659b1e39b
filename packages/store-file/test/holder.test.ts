import { describe, expect, it } from 'vitest';

import { busy, isStale, parseHolder } from '../src/holder.ts';
import { parseStat } from '../src/machine.ts';
import { fakeMachine, LEASE } from './support.ts';

const machine = fakeMachine(1, {});
const here = {
  owner: 'keyturn rotate',
  pid: 42,
  start: '1000',
  host: machine.host,
  instance: machine.instance,
  since: '2030-01-01T00:00:00.000Z',
};
const running = { state: 'running', start: '1000' } as const;
const fresh = 0;
const silent = LEASE + 1;

describe('whether a lock may be taken over', () => {
  it.each([
    ['its process is gone', here, { state: 'gone' } as const, fresh, true],
    ['its number belongs to a later process', here, { ...running, start: '2000' }, fresh, true],
    ['its process runs', here, running, fresh, false],
    ['its process runs, and the clock was set on by a day', here, running, 86_400_000, false],
    ['its process is stopped', here, { ...running, state: 'stopped' } as const, fresh, false],
    [
      'its process is stopped for long',
      here,
      { ...running, state: 'stopped' } as const,
      silent,
      true,
    ],
    [
      'nothing tells the process from a later one',
      here,
      { state: 'running' } as const,
      fresh,
      false,
    ],
    ['nothing tells it, and it is silent', here, { state: 'running' } as const, silent, true],
    ['it is elsewhere', { ...here, host: 'beta' }, { state: 'gone' } as const, fresh, false],
    ['it is elsewhere and silent', { ...here, host: 'beta' }, running, silent, true],
    [
      'the host has the same name and another boot',
      { ...here, instance: 'x' },
      { state: 'gone' } as const,
      fresh,
      false,
    ],
    [
      'it is elsewhere, and the clock was set back by a day',
      { ...here, host: 'beta' },
      running,
      -86_400_000,
      false,
    ],
  ])('where %s', (_, holder, process, silence, expected) => {
    expect(isStale(holder, machine, process, silence, LEASE)).toBe(expected);
  });

  it.each(['', '{', 'null', '[]', '{"pid":-1}', '{"pid":1,"owner":2}', '"x"'])(
    'where its file says only %j: once it is silent',
    (text) => {
      const holder = parseHolder(text);
      expect(isStale(holder, machine, { state: 'gone' }, fresh, LEASE)).toBe(false);
      expect(isStale(holder, machine, { state: 'gone' }, silent, LEASE)).toBe(true);
    },
  );

  it('names the holder, escaped, and what to do', () => {
    const error = busy('ci\n', { ...here, owner: 'evil\u001b[31m' }, machine, LEASE);
    expect(error.code).toBe('STATE_BUSY');
    expect(error.message).toBe(
      'rotation "ci\\u000a" is held by evil\\u001b[31m (process 42 on alpha, since 2030-01-01T00:00:00.000Z)',
    );
    expect(error.hint).toContain('end process 42');
    expect(busy('ci', { ...here, host: 'beta' }, machine, LEASE).hint).toContain('120 seconds');
  });
});

describe('the state of a process', () => {
  const stat = (command: string, letter: string): string =>
    `42 (${command}) ${letter} 1 42 42 0 -1 4194304 101 0 0 0 0 0 0 0 20 0 1 0 277959 3133440 413`;

  it.each([
    ['node', 'S', 'running'],
    ['node', 'R', 'running'],
    ['node', 'D', 'running'],
    ['node', 'T', 'stopped'],
    ['node', 't', 'stopped'],
    ['node', 'Z', 'gone'],
    [') R 1 (', 'T', 'stopped'],
  ])('is read from "%s" %s', (command, letter, state) => {
    expect(parseStat(stat(command, letter))).toEqual({ state, start: '277959' });
  });
});
