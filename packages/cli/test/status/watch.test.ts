import { expect, it } from 'vitest';

import type { Host } from '../../src/host.ts';
import { watch } from '../../src/status/watch.ts';
import { fleet } from './fleet.ts';
import { world } from './world.ts';

function terminal(rows: number): { host: Host; shown: string[]; slept: number[] } {
  const shown: string[] = [];
  const slept: number[] = [];
  const interrupt = new AbortController();
  const sleep = (milliseconds: number): Promise<void> => {
    slept.push(milliseconds);
    if (slept.length === 3) interrupt.abort();
    return interrupt.signal.aborted ? Promise.reject(new Error('interrupted')) : Promise.resolve();
  };
  const write = (text: string): void => void shown.push(text);
  const stdout = { write, terminal: true, colour: false, columns: 80, rows };
  const host = { stdout, clock: { now: () => 0, sleep }, signal: interrupt.signal } as never;
  return { host, shown, slept };
}

const HEAD = '00:00:00 UTC, refreshed every 3 s; stop with Ctrl-C';

it('draws again until it is interrupted, and leaves the last drawing on the screen', async () => {
  const { host, shown, slept } = terminal(24);
  let drawn = 0;
  expect(await watch(host, () => Promise.resolve(`one\ntwo ${++drawn}`))).toBe(130);
  expect(slept).toEqual([3000, 3000, 3000]);
  expect(shown.slice(1, 4)).toEqual(
    [1, 2, 3].map((n) => `\u001B[H\u001B[K${HEAD}\r\n\u001B[Kone\r\n\u001B[Ktwo ${n}\u001B[J`),
  );
  expect(shown.at(-1)).toBe('one\ntwo 3\n');
  // Cursor, line breaks and screen are as they were.
  expect([shown[0], shown[4]]).toEqual([
    '\u001B[?1049h\u001B[?25l\u001B[?7l',
    '\u001B[?7h\u001B[?25h\u001B[?1049l',
  ]);
});

it('counts what the terminal has no room for', async () => {
  const { host, shown } = terminal(4);
  await watch(host, () => Promise.resolve('1\n2\n3\n4\n5'));
  expect(shown[1]?.split('\r\n')).toEqual([
    `\u001B[H\u001B[K${HEAD}`,
    '\u001B[K1',
    '\u001B[K2',
    '\u001B[K… 3 more lines: name the rotations to show\u001B[J',
  ]);
});

it('gives the screen back where a drawing fails', async () => {
  const { host, shown } = terminal(24);
  await expect(watch(host, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(shown.at(-1)).toContain('\u001B[?1049l');
});

it('says what to use where there is no terminal', async () => {
  const { keyturn } = await world(fleet);
  const { code, stderr } = await keyturn('status', '--watch');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^keyturn: --watch needs a terminal\n {2}Leave out --watch/);
  expect((await keyturn('status', '--watch', '--json')).code).toBe(2);
});
