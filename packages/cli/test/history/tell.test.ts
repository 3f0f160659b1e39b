import { describe, expect, it } from 'vitest';

import type { Story as Told } from '../../src/history/story.ts';
import { Teller } from '../../src/history/tell.ts';
import { recordsOf, Story } from '../status/ledgers.ts';

const NOW = Date.parse('2026-11-24T09:30:00Z');
const WEB = 'github:acme/web';
const API = 'gitlab:acme/api';

const story = (...sinks: string[]): Story => new Story('ci', sinks, NOW);

function tell(past: Story, limit?: number): Teller {
  const teller = new Teller(limit);
  for (const record of recordsOf(past)) teller.add(record);
  return teller;
}

const texts = (told: Told | undefined): string[] => (told?.incidents ?? []).map(({ text }) => text);

/** A new chapter, as runs begin one for every token after the first. */
const chapter = (current: string) =>
  ({
    type: 'opened',
    rotation: 'ci',
    summary: { current, tokens: [], sinks: [], attempts: [] },
  }) as const;

describe('the story of a rotation', () => {
  it('tells why, which token, which sinks, how long, and what was revoked when', () => {
    const { stories } = tell(story(WEB, API).adopted('one', 90).rotated('two', 'one', 1));
    expect(stories).toEqual([
      {
        startedAt: '2026-11-23T09:30:00.000Z',
        lastAt: '2026-11-23T10:32:00.000Z',
        outcome: 'rotated',
        reason: 'age',
        label: 'keyturn-ci-two',
        token: 'two',
        durationMs: 3000,
        completedAt: '2026-11-23T09:30:03.000Z',
        replaced: { id: 'one', revokedAt: '2026-11-23T10:32:00.000Z' },
        sinks: [WEB, API],
        proved: [],
        revoked: [{ id: 'one', at: '2026-11-23T10:32:00.000Z' }],
        incidents: [
          {
            at: '2026-08-26T09:30:00.000Z',
            text: 'somebody named one as the current token',
            kind: 'note',
          },
        ],
      },
    ]);
  });

  it('says of a leaked token that it was revoked before it was replaced', () => {
    const past = story(WEB).adopted('one', 90).revoked('one', 5).completed('two', 4);
    const [told] = tell(past).stories;
    expect(told?.replaced?.revokedAt).toBe('2026-11-19T09:30:00.000Z');
  });

  it('says of a replaced token when a later run revoked it', () => {
    const past = story(WEB).adopted('one', 90).completed('two', 9).at(5, chapter('two'));
    past.completed('three', 5).revoked('one', 4);
    const [first, second] = tell(past).stories;
    expect(first?.replaced).toEqual({ id: 'one', revokedAt: '2026-11-20T09:30:00.000Z' });
    expect(second?.replaced).toEqual({ id: 'two', revokedAt: null });
    expect(second?.revoked).toMatchObject([{ id: 'one' }]);
  });

  it('tells interruptions and losses in plain words', () => {
    const lost = (reason: string) => ({ type: 'lost', label: 'keyturn-ci-two', reason }) as const;
    const past = story(WEB).adopted('one', 90).proved('two', 3).sent('two', WEB, 3);
    past
      .at(3, {
        type: 'undelivered',
        token: 'two',
        sink: WEB,
        effect: 'unknown',
        code: 'TIMED_OUT',
      })
      .at(2, lost('the process that had its plaintext ended'));
    const [told] = tell(past).stories;
    expect(told?.outcome).toBe('lost');
    expect(told?.incidents.map(({ kind }) => kind)).toEqual(['note', 'trouble', 'trouble']);
    expect(texts(told).slice(1)).toEqual([
      expect.stringContaining(`${WEB} is unanswered (TIMED_OUT)`),
      expect.stringContaining('the process that had its plaintext ended'),
    ]);
    const unheard = story(WEB).adopted('one', 90).started('two', 1).at(1, lost('NETWORK_FAILED'));
    expect(texts(tell(unheard).stories[0]).at(-1)).toBe(
      'the response with the new token was lost (NETWORK_FAILED)',
    );
  });

  it('tells that a revocation had to be tried again', () => {
    const past = story(WEB).adopted('one', 90).completed('two', 9);
    past.at(8, { type: 'revoking', token: 'one' }).revoked('one', 7);
    expect(tell(past).stories[0]?.incidents.slice(1)).toEqual([
      {
        at: '2026-11-17T09:30:00.000Z',
        text: 'one was not revoked; the next run retried it',
        kind: 'trouble',
      },
    ]);
  });

  it('tells each token that was asked for in a chapter by itself', () => {
    const past = story(WEB).adopted('one', 90).started('two', 3);
    past.at(3, { type: 'declined', label: 'keyturn-ci-two', code: 'PERMISSION_DENIED' });
    past.rotated('three', 'one', 1);
    expect(tell(past).stories.map(({ outcome, token }) => [outcome, token])).toEqual([
      ['declined', null],
      ['rotated', 'three'],
    ]);
  });

  it('tells which jobs have proved the token, and which have not', () => {
    const past = story(WEB, API).adopted('one', 90).completed('two', 1);
    past.at(0.9, { type: 'tried', sink: API, token: 'two', ok: false });
    past.at(0.8, { type: 'tried', sink: WEB, token: 'two', ok: true });
    past.at(0.7, { type: 'condemned', token: 'two' });
    const [told] = tell(past).stories;
    expect(told?.proved).toEqual([WEB]);
    expect(texts(told).slice(1)).toEqual([
      expect.stringContaining(API),
      expect.stringContaining('two leaked'),
    ]);
  });

  it('tells an event that it does not know as it stands', () => {
    const unknown = { type: 'enchanted', token: 'one', sink: 3 } as never;
    const past = story(WEB).adopted('one', 90).rotated('two', 'one', 1).at(0.5, unknown);
    expect(texts(tell(past).stories[0]).at(-1)).toBe('enchanted: one');
  });

  it('keeps the newest where there is a limit, and counts all', () => {
    const past = story(WEB).adopted('0', 900);
    for (let i = 1; i <= 12; i++)
      past.at(900 - i * 10, chapter(String(i - 1))).rotated(String(i), String(i - 1), 900 - i * 10);
    const teller = tell(past, 2);
    expect(teller.stories.map(({ token }) => token)).toEqual(['11', '12']);
    // The adoption is told by itself, since a chapter follows it.
    expect([teller.omitted, teller.rotated]).toEqual([11, 12]);
  });
});
