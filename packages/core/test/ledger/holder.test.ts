import { describe, expect, it } from 'vitest';

import { describeHolder, holderOf, livenessOf, parseHolder } from '../../src/ledger/holder.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { type Machine, parseStat } from '../../src/ledger/machine.ts';

const machine: Machine = {
  host: 'alpha',
  instance: 'boot',
  pid: 1,
  uid: 1,
  look: async () => ({ state: 'gone' }),
};
const here = {
  owner: 'keyturn rotate',
  pid: 42,
  start: '1000',
  host: machine.host,
  instance: machine.instance,
  since: '2030-01-01T00:00:00.000Z',
};
const running = { state: 'running', start: '1000' } as const;

describe('what a process tells of the holder', () => {
  it.each([
    ['gone', 'its process is gone', here, { state: 'gone' } as const],
    ['gone', 'its number belongs to a later process', here, { ...running, start: '2000' }],
    [
      'gone',
      'its number belongs to a later process that is stopped',
      here,
      { state: 'stopped', start: '2000' } as const,
    ],
    ['alive', 'its process runs', here, running],
    ['unknown', 'its process is stopped', here, { ...running, state: 'stopped' } as const],
    ['unknown', 'the system does not tell when it began', here, { state: 'running' } as const],
    ['unknown', 'its file does not tell when it began', { ...here, start: '' }, running],
    ['unknown', 'it is on another host', { ...here, host: 'beta' }, { state: 'gone' } as const],
    [
      'unknown',
      'the host has the same name and another boot',
      { ...here, instance: 'x' },
      { state: 'gone' } as const,
    ],
    ['unknown', 'it is on another host, where the number runs', { ...here, host: 'beta' }, running],
  ])('is %s where %s', (expected, _, holder, process) => {
    expect(livenessOf(holder, machine, process)).toBe(expected);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '"x"',
    '{"pid":-1}',
    ...Object.keys(here).map((key) => JSON.stringify({ ...here, [key]: undefined })),
    ...Object.keys(here).map((key) => JSON.stringify({ ...here, [key]: [] })),
    ...[0, -1, 1.5, 2 ** 53, '42'].map((pid) => JSON.stringify({ ...here, pid })),
  ])('is nothing where its file says only %j', (text) => {
    const holder = parseHolder(text);
    expect(holder).toMatchObject({ owner: 'an unknown user', host: '?' });
    expect(livenessOf(holder, machine, { state: 'gone' })).toBe('unknown');
  });

  it('is read as it was written', () => {
    expect(parseHolder(JSON.stringify(here))).toEqual(here);
  });
});

describe('this process as a holder', () => {
  const clock = virtualClock(Date.parse(here.since));
  const me: Machine = {
    ...machine,
    pid: 42,
    look: async (pid) => ({ ...running, start: `${pid}00` }),
  };

  it('says what is known of the process and the machine', async () => {
    expect(await holderOf(me, 'ana@alpha', clock)).toEqual({
      ...here,
      owner: 'ana@alpha',
      start: '4200',
    });
  });

  it('has no start if the system does not tell it', async () => {
    const look: Machine['look'] = async () => ({ state: 'running' });
    expect(await holderOf({ ...me, look }, 'ana@alpha', clock)).toMatchObject({ start: '' });
  });

  it('has a bounded name, in messages still shorter', async () => {
    const holder = await holderOf(me, 'x'.repeat(501), clock);
    expect(holder.owner).toBe('x'.repeat(500));
    expect(describeHolder(holder)).toBe(
      `${'x'.repeat(150)} (process 42 on alpha, since 2030-01-01T00:00:00.000Z)`,
    );
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

  it('has no start if the system does not tell it', () => {
    expect(parseStat('42 (node) S 1')).toStrictEqual({ state: 'running' });
  });
});
