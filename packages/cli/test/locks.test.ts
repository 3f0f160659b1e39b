import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { makePlace, type Place } from './keyturn.ts';
import {
  eventsIn,
  fault,
  isStopped,
  requestsOf,
  start,
  until,
  untilAnswered,
  untilFaulted,
  type Hooks,
} from './running.ts';

/** A place with a rotation whose lost requests land within a moment, since the built program waits for real time. */
async function makeRotation(): Promise<Place> {
  const place = await makePlace();
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { ci: { grace: '0', settle: '300ms', sinks: ['github:acme/web'] } },
  };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  return place;
}

/** Whoever holds the lock looks as if its last sign of life was three minutes ago. */
async function silence({ folder }: Place): Promise<void> {
  const lock = join(folder, '.keyturn', 'ci.lock');
  const then = Date.now() / 1000 - 180;
  for (const ticket of await readdir(lock)) await utimes(join(lock, ticket), then, then);
}

const rotate = (place: Place, ...more: string[]): string[] => [
  'rotate',
  '--json',
  '--replaces',
  place.token('ci-github').id,
  ...more,
];

/** Tokens of this rotation that work, and those that were made for it. */
const live = (place: Place): string[] => ours(place).filter((id) => !isRevoked(place, id));
const issued = (place: Place): string[] =>
  ours(place).filter((id) => place.token(id).id !== 'cigithub4w8d');
const ours = (place: Place): string[] =>
  place
    .tokens()
    .filter(({ name }) => name === 'ci-github' || name.startsWith('keyturn-'))
    .map(({ id }) => id);
const isRevoked = (place: Place, id: string): boolean => place.token(id).revokedAt !== null;

const BEFORE_DELETE = '^DELETE /v1/';

describe('twenty runs of one rotation at once', () => {
  it('issue one token; the others are busy or find nothing due', async () => {
    const place = await makeRotation();
    const runs = Array.from({ length: 20 }, () => start(place, rotate(place)));
    const ended = await Promise.all(runs.map((run) => run.ended));
    const outcomes = ended.map(({ code, stdout }) => {
      const [{ outcome, error }] = JSON.parse(stdout).rotations;
      return `${code} ${error?.code ?? outcome}`;
    });
    expect(outcomes.filter((outcome) => outcome === '0 rotated')).toHaveLength(1);
    expect(new Set(outcomes)).toBeOneOf([
      new Set(['0 rotated', '5 STATE_BUSY']),
      new Set(['0 rotated', '0 current', '5 STATE_BUSY']),
      new Set(['0 rotated', '0 current']),
    ]);
    expect(issued(place)).toHaveLength(1);
    expect(live(place)).toEqual(issued(place));
    expect(ended.map(({ stderr }) => stderr).join('')).not.toMatch(/\n\s+at |Error:/);
  }, 60_000);
});

describe('a run that was killed', () => {
  it('is followed at once on the same machine', async () => {
    const place = await makeRotation();
    await fault(place, { method: 'PUT', path: 'acme/web', times: 1, action: { delayMs: 60_000 } });
    const killed = start(place, rotate(place));
    await untilFaulted(place);
    killed.child.kill('SIGKILL');
    await killed.ended;
    const next = await start(place, rotate(place)).ended;
    expect(next).toMatchObject({ code: 0 });
    expect(live(place)).toHaveLength(1);
  });
});

describe('a run that was stopped', () => {
  /**
   * Stopped by its hooks, or from outside while requests of this method are under way: all of them, since nothing can keep a process
   * from being stopped between its last look at the lock and the write.
   */
  const overtaken = async (
    place: Place,
    when: Hooks | { readonly during: string; readonly requests: number },
  ): Promise<{ late: { code: number | null; stdout: string }; events: string[] }> => {
    if ('during' in when)
      await fault(place, {
        method: when.during,
        times: when.requests,
        action: { delayMs: 1000 },
      });
    const late = start(place, rotate(place), 'during' in when ? {} : when);
    if ('during' in when) {
      await untilFaulted(place, when.requests);
      late.child.kill('SIGSTOP');
    }
    await until(() => isStopped(late));
    await untilAnswered(place);
    const busy = await start(place, rotate(place)).ended;
    expect(busy.code, 'a run right after it was stopped').toBe(5);
    expect(busy.stdout).toContain(`process ${late.child.pid}`);
    await silence(place);
    const next = await start(place, rotate(place)).ended;
    expect(next).toMatchObject({ code: 0 });
    const events = await eventsIn(place);
    late.child.kill('SIGCONT');
    return { late: await late.ended, events };
  };

  it.each<[string, Hooks | { during: string; requests: number }]>([
    ['between the record of a create and its request', { stopAfter: 'started' }],
    ['between the record of a delivery and its request', { stopAfter: 'sending' }],
    ['between the record of a revocation and its request', { stopAfter: 'revoking' }],
    ['after a token was issued', { stopAfter: 'issued' }],
    ['before a token is used', { stopAfter: 'granted' }],
    ['before a revocation is sent', { stopBefore: BEFORE_DELETE }],
    ['in the middle of a create', { during: 'POST', requests: 1 }],
    ['in the middle of a delivery', { during: 'PUT', requests: 2 }],
    ['in the middle of a revocation', { during: 'DELETE', requests: 1 }],
  ])(
    '%s, and overtaken, neither writes nor revokes when it goes on',
    async (_, when) => {
      const place = await makeRotation();
      const { late, events } = await overtaken(place, when);
      expect(late.code).toBeOneOf([3, 5]);
      expect(JSON.parse(late.stdout).rotations[0].error.code).toBe('STATE_LOST');
      expect(await eventsIn(place)).toEqual(events);
      // Nothing that the second run made or delivered was touched.
      const [current] = issued(place).filter((id) => !isRevoked(place, id));
      expect(live(place)).toEqual([current]);
      expect(place.secret('acme/web', 'PLANETSCALE_SERVICE_TOKEN_ID')).toBe(current);
      expect(place.secret('acme/web', 'PLANETSCALE_SERVICE_TOKEN')).toBe(
        place.token(current ?? '').token,
      );
    },
    60_000,
  );

  it('between the record of a revocation and its request sends no revocation', async () => {
    const place = await makeRotation();
    await overtaken(place, { stopAfter: 'revoking' });
    const revocations = (await requestsOf(place)).filter((line) => line.startsWith('DELETE'));
    // One by the run that took over, for the one token that was replaced.
    expect(revocations).toHaveLength(1);
  }, 60_000);
});

describe("a machine's clock", () => {
  it.each([-86_400_000, 86_400_000])(
    'that jumps by %d ms between runs breaks nothing',
    async (by) => {
      const place = await makeRotation();
      expect((await start(place, rotate(place)).ended).code).toBe(0);
      for (const clock of [by, 0, by]) {
        const ended = await start(place, rotate(place, '--force'), { clock }).ended;
        expect(ended).toMatchObject({ code: 0 });
        expect(JSON.parse(ended.stdout).rotations[0]).toMatchObject({
          outcome: 'rotated',
          kept: [],
        });
        expect(live(place)).toEqual([place.secret('acme/web', 'PLANETSCALE_SERVICE_TOKEN_ID')]);
      }
    },
    30_000,
  );
});
