import { describe, expect, it } from 'vitest';

import type { ErrorCode } from '../../src/index.ts';
import type { RotationEvent } from '../../src/ledger/index.ts';
import type { RotationState, SinkRecord } from '../../src/unstable.ts';
import {
  after,
  begun,
  completed,
  minute,
  place,
  receipt,
  sending,
  verified,
  write,
} from './events.ts';

const failed = (
  code: ErrorCode,
  effect: 'none' | 'unknown' = 'none',
  token = 'new',
): RotationEvent => ({ type: 'undelivered', token, sink: 'a', effect, code });
const a = (state: RotationState): SinkRecord | undefined => state.sinks.get('a');
const on = (events: readonly RotationEvent[], state = begun, from = 6, by?: string) =>
  after(events, state, from, by);

describe('a delivery', () => {
  it('is announced with its time, place and clocks', () => {
    const announced: RotationEvent = {
      type: 'sending',
      token: 'new',
      sink: 'c',
      place: place('c'),
      clock: minute(1),
    };
    const state = on([announced], begun, 6, 'machine');
    expect(state.sinks.get('c')).toEqual({
      id: 'c',
      base: [],
      place: place('c'),
      sent: true,
      unanswered: [{ token: 'new', at: minute(6), by: 'machine', clock: minute(1) }],
    });
    expect(state.tokens.get('new')).toMatchObject({ exposed: true });
    // A place that is known is not told again.
    const again = on([sending('new', 'c')], state, 7).sinks.get('c');
    expect(again?.place).toEqual(place('c'));
    expect(again?.unanswered[1]).toStrictEqual({ token: 'new', at: minute(7) });
  });

  it('that is answered ends the doubts about the sink', () => {
    const state = on([
      { type: 'outdated', sink: 'a', place: place('a') },
      { type: 'looked', sink: 'a', shows: 'different' },
      sending('new', 'a'),
      failed('PERMISSION_DENIED'),
      ...write('new', 'a'),
    ]);
    expect(a(state)).toEqual({
      id: 'a',
      place: place('a'),
      sent: true,
      base: ['new'],
      unanswered: [],
      receipt,
    });
  });

  it('that is answered leaves the earlier tries open', () => {
    const state = on([sending('new', 'a'), ...write('new', 'a')]);
    expect(a(state)?.unanswered).toEqual([{ token: 'new', at: minute(6) }]);
  });

  it('that failed without effect leaves the earlier tries open', () => {
    const state = on([sending('new', 'a'), sending('new', 'a'), failed('REMOTE_REJECTED')]);
    expect(a(state)?.unanswered).toEqual([{ token: 'new', at: minute(6) }]);
  });

  it('whose answer was lost keeps the clock of the sink, and has the time and machine of who says so', () => {
    const announced: RotationEvent = {
      type: 'sending',
      token: 'new',
      sink: 'a',
      clock: minute(1),
    };
    const sent = on([announced], begun, 6, 'one');
    const state = on([failed('TIMED_OUT', 'unknown')], sent, 9, 'two');
    expect(a(state)?.unanswered).toEqual([
      { token: 'new', at: minute(9), by: 'two', clock: minute(1) },
    ]);
    const without = on([sending('new', 'a'), failed('TIMED_OUT', 'unknown')]);
    expect(a(without)?.unanswered).toEqual([{ token: 'new', at: minute(7) }]);
  });

  it('of a token may fail in a ledger that does not know when it was sent', () => {
    const state = on([failed('TIMED_OUT', 'unknown')]);
    expect(a(state)?.unanswered).toEqual([{ token: 'new', at: minute(6) }]);
  });

  it('of one token does not take the clock of another', () => {
    const older: SinkRecord = {
      id: 'a',
      base: ['old'],
      unanswered: [{ token: 'x', at: minute(1), clock: minute(1) }],
    };
    const known = { ...begun, sinks: new Map([['a', older]]) };
    const other: RotationEvent = { type: 'sending', token: 'new', sink: 'a', clock: minute(2) };
    const state = on([other, failed('TIMED_OUT', 'unknown')], known);
    expect(a(state)?.unanswered).toEqual([
      { token: 'x', at: minute(1), clock: minute(1) },
      { token: 'new', at: minute(7), clock: minute(2) },
    ]);
    const late: SinkRecord = {
      ...older,
      unanswered: [{ token: 'new', at: minute(0) }, ...older.unanswered],
    };
    const mixed = on([failed('TIMED_OUT', 'unknown')], {
      ...begun,
      sinks: new Map([['a', late]]),
    });
    expect(a(mixed)?.unanswered).toEqual([
      { token: 'x', at: minute(1), clock: minute(1) },
      { token: 'new', at: minute(6) },
    ]);
  });

  it('that may land late is dated by who says that its token is lost, and no other is', () => {
    const known: SinkRecord = {
      id: 'a',
      base: ['old'],
      unanswered: [{ token: 'x', at: minute(1) }],
    };
    const state = on([sending('new', 'a')], { ...begun, sinks: new Map([['a', known]]) });
    const lost = on([{ type: 'lost', label: 'label-new', reason: 'crash' }], state, 9, 'two');
    expect(a(lost)?.unanswered).toEqual([
      { token: 'x', at: minute(1) },
      { token: 'new', at: minute(9), by: 'two' },
    ]);
  });
});

describe('the stamps of a delivery', () => {
  const stamped = (stamps: Record<string, string>, token = 'new', sink = 'a'): RotationEvent => ({
    type: 'stamped',
    token,
    sink,
    stamps,
  });

  it('add up', () => {
    const state = on([stamped({ ID: '1', TOKEN: '1' }), stamped({ TOKEN: '2' })], completed, 20);
    expect(a(state)).toEqual({
      ...a(completed),
      receipt: { ...receipt, stamps: { ID: '1', TOKEN: '2' } },
    });
  });

  it.each<[string, RotationState, RotationEvent]>([
    ['another token than the last one', completed, stamped({ ID: '1' }, 'old')],
    ['a token that was not delivered, but named', begun, stamped({ ID: '1' }, 'old')],
    ['a sink that is not known', completed, stamped({ ID: '1' }, 'new', 'x')],
    [
      'a sink that may hold another token by now',
      on([{ type: 'drifted', sink: 'a', holds: ['new', 'old'] }], completed, 20),
      stamped({ ID: '1' }),
    ],
  ])('say nothing of %s', (_, state, event) => {
    expect(on([event], state, 21).sinks).toEqual(state.sinks);
  });
});

describe('a sink that has to be deployed', () => {
  const announced: RotationEvent = { type: 'sending', token: 'new', sink: 'a', deploys: true };

  it('still runs with what it held before, and with nothing else', () => {
    const state = on([announced, { type: 'delivered', token: 'new', sink: 'a', receipt }]);
    expect(a(state)).toMatchObject({ base: ['new'], deploys: true, running: ['old'] });
  });

  it('has to be so after another delivery that does not say it', () => {
    expect(a(on([announced, sending('new', 'a')]))).toMatchObject({ deploys: true });
  });
});

describe('a refusal', () => {
  const refusals = (events: readonly RotationEvent[], state = begun): SinkRecord['refusals'] =>
    a(on(events, state))?.refusals;

  it('is counted once for a token', () => {
    expect(refusals([sending('new', 'a'), failed('PERMISSION_DENIED')])).toEqual({
      token: 'new',
      count: 1,
      at: minute(7),
      code: 'PERMISSION_DENIED',
    });
    const twice = [failed('PERMISSION_DENIED'), failed('TIMED_OUT', 'unknown')];
    expect(refusals([sending('new', 'a'), ...twice])).toEqual({
      token: 'new',
      count: 1,
      at: minute(8),
      code: 'TIMED_OUT',
    });
  });

  it('is counted again for the next token', () => {
    const first = on([
      sending('new', 'a'),
      failed('PERMISSION_DENIED'),
      { type: 'aborted', label: 'label-new' },
      ...verified('next'),
    ]);
    const second = [sending('next', 'a'), failed('PERMISSION_DENIED', 'none', 'next')];
    expect(refusals(second, first)).toMatchObject({ token: 'next', count: 2 });
  });

  it.each<ErrorCode>(['STATE_BUSY', 'STATE_LOST', 'INTERRUPTED'])(
    'is not counted if %s says nothing of the sink',
    (code) => {
      expect(a(on([sending('new', 'a'), failed(code)]))).not.toHaveProperty('refusals');
      expect(
        refusals([sending('new', 'a'), failed('PERMISSION_DENIED'), failed(code)]),
      ).toMatchObject({ code: 'PERMISSION_DENIED', at: minute(7) });
    },
  );
});

describe('a sink', () => {
  it('that is settled has one token, and nothing may land', () => {
    const state = on([sending('new', 'a'), { type: 'settled', sink: 'a', token: 'new' }]);
    expect(a(state)).toMatchObject({ base: ['new'], unanswered: [], sent: true });
  });

  it('that was not known is so once it is settled', () => {
    const state = on([{ type: 'settled', sink: 'c', token: 'new' }]);
    expect(state.sinks.get('c')).toEqual({ id: 'c', base: ['new'], unanswered: [] });
  });

  it('that drifted may have several, and nothing may land', () => {
    const drifted: RotationEvent = { type: 'drifted', sink: 'a', holds: ['old', 'new'] };
    const state = on([sending('new', 'a'), drifted]);
    expect(a(state)).toMatchObject({ base: ['old', 'new'], unanswered: [], sent: true });
  });

  it('that showed something else may show the same again', () => {
    const looked = (shows: 'same' | 'absent'): RotationEvent => ({
      type: 'looked',
      sink: 'a',
      shows,
    });
    const state = on([looked('absent')], completed, 20);
    expect(a(state)).toEqual({ ...a(completed), shows: 'absent' });
    expect(a(on([looked('same')], state, 21))).toEqual(a(completed));
  });

  it('whose job was tried remembers how it went', () => {
    const tried: RotationEvent = { type: 'tried', sink: 'a', token: 'new', ok: false };
    expect(on([tried], completed, 20).tokens).toEqual(completed.tokens);
    expect(a(on([tried], completed, 20))).toEqual({
      ...a(completed),
      trial: { token: 'new', ok: false },
    });
  });

  it('that is to hold something else keeps what it may hold, though nothing was sent so', () => {
    const outdated: RotationEvent = { type: 'outdated', sink: 'a', place: place('a') };
    expect(a(on([outdated], completed, 20))).toEqual({
      id: 'a',
      base: ['new'],
      unanswered: [],
      receipt,
      place: place('a'),
      outdated: true,
    });
  });

  it('that is forgotten holds nothing, and lets go of what it held', () => {
    const state = on([sending('new', 'a'), ...write('new', 'b')]);
    const forgotten = on([{ type: 'forgotten', sink: 'a' }], state, 20);
    expect([...forgotten.sinks.keys()]).toEqual(['b']);
    expect(forgotten.tokens.get('old')).toMatchObject({ releasedAt: minute(20) });
  });

  it('makes no token known by holding it', () => {
    const strange: RotationEvent[] = [
      { type: 'drifted', sink: 'a', holds: ['x'] },
      { type: 'settled', sink: 'a', token: 'old' },
    ];
    expect([...on(strange).tokens.keys()]).toEqual(['old', 'new']);
  });
});
