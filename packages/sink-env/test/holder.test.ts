import { describe, expect, it } from 'vitest';

import { thisMachine } from '../src/process.ts';
import { judge, parseHolder, holderName } from '../src/holder.ts';

describe('a holder', () => {
  it('is judged by the number of its process and when that was started', async () => {
    const machine = await thisMachine();
    const judged = (changes: object) => {
      const holder = parseHolder(holderName({ ...machine, ...changes }, '0123456789abcdef'));
      return holder && judge(holder, machine);
    };
    expect(await judged({ pid: process.ppid, start: await machine.startOf(process.ppid) })).toBe(
      'alive',
    );
    expect(await judged({ pid: process.ppid, start: '0' })).toBe('alive');
    expect(await judged({ instance: 'ffffffffffff' })).toBe('elsewhere');
    expect(await judged({ pid: 2 ** 30 })).toBe('dead');
    // One of this process that it has left.
    expect(await judged({})).toBe('dead');
  });

  it('tells a number that was used again by the start of its process', async () => {
    const machine = { ...(await thisMachine()), startOf: async () => '77' };
    const holder = parseHolder('4711-76-000000000000-0123456789abcdef-laptop');
    expect(holder && (await judge(holder, { ...machine, instance: '000000000000' }))).toBe('dead');
  });

  it('keeps the characters of a host that a name can have', async () => {
    const machine = { ...(await thisMachine()), host: '../ü b'.padEnd(200, 'x') };
    const name = holderName(machine, '0123456789abcdef');
    expect(name).toMatch(/^[\w.-]+$/);
    expect(parseHolder(name)?.host).toMatch(/^\.\.___bx+$/);
  });
});
