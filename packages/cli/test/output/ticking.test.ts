import type { Progress } from '@keyturn/core';
import { expect, it } from 'vitest';

import { progressView } from '../../src/output/progress.ts';
import { statusText } from '../../src/status/text.ts';
import { waitsFor } from '../../src/status/waits.ts';

const wait = (until: number, reason: 'grace' | 'settle'): Progress => ({
  rotation: 'ci',
  type: 'step',
  step: { type: 'wait', until, for: reason },
});
const revoked = {
  rotation: 'ci',
  type: 'event',
  event: { type: 'revoked', token: 'a1' },
} as Progress;

/** A terminal of 60 columns, with a clock that goes on when somebody sleeps. */
function watching(terminal = true) {
  let now = 0;
  const shown: string[] = [];
  const seconds: (() => void)[] = [];
  const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      seconds.push(() => {
        now += ms;
        resolve();
      });
    });
  const stderr = {
    write: (text: string) => shown.push(text),
    terminal,
    colour: false,
    columns: 60,
  };
  const host = { stderr, verbosity: 'normal', clock: { now: () => now, sleep } };
  const view = progressView(host as never);
  const second = async (): Promise<void> => {
    seconds.at(-1)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    view,
    second,
    shown,
    last: () =>
      shown
        .at(-1)
        ?.replaceAll(/[^ -~…]|\[2K/g, '')
        .trim(),
  };
}

it('counts a wait down, and says what it is for', async () => {
  const { view, second, shown, last } = watching();
  view.show(wait(3_600_000, 'grace'));
  expect(last()).toBe('ci  … waiting    1h for jobs that use the old token');
  await second();
  expect(last()).toBe('… waiting    59m 59s for jobs that use the old token');
  await second();
  expect(last()).toBe('… waiting    59m 58s for jobs that use the old token');
  view.show(revoked);
  const before = shown.length;
  await second();
  expect(shown).toHaveLength(before);
});

it('calls the settle time by its name, and ends with the run', async () => {
  const { view, second, shown, last } = watching();
  view.show(wait(120_000, 'settle'));
  expect(last()).toContain('settling   2m until no lost request can take effect');
  view.end('ci');
  const before = shown.length;
  await second();
  expect(shown).toHaveLength(before);
});

it('is told once where no line can be overwritten', async () => {
  const { view, second, shown } = watching(false);
  view.show(wait(60_000, 'grace'));
  await second();
  expect(shown).toEqual(['ci: waiting 1m for jobs that use the old token\n']);
});

it('is a grace period only if a replaced token waits for it', () => {
  const kept = (...reasons: readonly string[]) =>
    ({ kept: reasons.map((reason) => ({ id: 'a', sinks: [], reason })) }) as never;
  expect([
    waitsFor(kept()),
    waitsFor(kept('settling')),
    waitsFor(kept('settling', 'grace')),
  ]).toEqual(['settle', 'settle', 'grace']);
  const status = {
    phase: 'grace',
    ageMs: 0,
    maxAgeMs: 1,
    sinks: [],
    due: null,
    nextDueAt: null,
    underWay: null,
    current: null,
    kept: [],
    graceUntil: new Date(90_000).toISOString(),
  };
  const output = { write: () => {}, terminal: false, colour: false, columns: 80 };
  const text = statusText([{ name: 'ci', status, findings: [] }] as never, output, 0);
  expect(text).toMatch(/settle {2}until 1970-01-01 00:01 UTC, 1m 30s left/);
});
