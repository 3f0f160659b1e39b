import { describe, expect, it } from 'vitest';

import type { RotationEvent } from '../../src/ledger/index.ts';
import { shapeOf } from '../../src/ledger/shape.ts';
import { layout, minute } from './events.ts';

const token = { id: 't', label: 'l', issuedAt: minute(0), expiresAt: minute(1) };
const receipt = { at: minute(0), clock: minute(0), stamps: { TOKEN: '1' } };
const place = { target: 'a', server: 'https://one.test', thing: '1', layout };
const summary = {
  issuer: { id: 'i', server: 'https://one.test' },
  current: 't',
  permissions: ['read'],
  tokens: [
    {
      ref: token,
      askedAt: minute(0),
      answeredAt: minute(0),
      exposed: true,
      retired: false,
      condemned: true,
      releasedAt: minute(0),
      missing: true,
      disabledAt: minute(0),
    },
  ],
  sinks: [
    {
      id: 'a',
      base: ['t'],
      place,
      sent: true,
      outdated: true,
      unanswered: [{ token: 't', at: minute(0), by: 'm', clock: minute(0) }],
      deploys: true,
      running: ['u'],
      receipt,
      trial: { token: 't', ok: true },
      shows: 'absent',
      refusals: { token: 't', count: 1, at: minute(0), code: 'TIMED_OUT' },
    },
  ],
  attempts: [{ label: 'l', at: minute(0), by: 'm', known: ['t'] }],
} as const;

/** One of each type, with all that it can have. */
const whole: {
  readonly [Type in RotationEvent['type']]: Omit<Extract<RotationEvent, { type: Type }>, 'type'>;
} = {
  opened: { rotation: 'r', summary, from: 'q' },
  adopted: { token, sinks: ['a'], permissions: ['read'], places: { a: place } },
  started: { label: 'l', reason: 'age', known: ['t'] },
  issued: { label: 'l', token },
  declined: { label: 'l', code: 'TIMED_OUT' },
  lost: { label: 'l', reason: 'crash' },
  found: { label: 'l', token },
  absent: { label: 'l' },
  granted: { token: 't', permissions: ['read'] },
  rejected: { token: 't', code: 'TIMED_OUT' },
  verified: { token: 't' },
  sending: { token: 't', sink: 'a', place, clock: minute(0), deploys: true },
  delivered: { token: 't', sink: 'a', receipt },
  stamped: { token: 't', sink: 'a', stamps: { A: '1' } },
  undelivered: { token: 't', sink: 'a', effect: 'none', code: 'TIMED_OUT' },
  settled: { sink: 'a', token: 't' },
  moved: { sink: 'a', to: 'b', overlaps: true },
  identified: { issuer: { id: 'i', server: 'https://one.test' }, places: { a: place } },
  outdated: { sink: 'a', place },
  looked: { sink: 'a', shows: 'same' },
  missed: { token: 't', missing: true },
  'handed-over': { to: 's' },
  drifted: { sink: 'a', holds: ['t'] },
  completed: { token: 't' },
  tried: { sink: 'a', token: 't', ok: true },
  condemned: { token: 't' },
  deployed: { sink: 'a' },
  disabling: { token: 't' },
  disabled: { token: 't' },
  enabling: { token: 't' },
  revoking: { token: 't' },
  revoked: { token: 't' },
  finished: {},
  aborted: { label: 'l' },
  forgotten: { sink: 'a' },
};

/** Fields that a record may leave out. */
const OPTIONAL =
  /^(?:issuer|server|thing|current|permissions|expiresAt|askedAt|answeredAt|condemned|releasedAt|missing|place|places|sent|outdated|by|clock|receipt|stamps|trial|shows|refusals|from|overlaps)$/;
type Path = readonly (string | number)[];

/** Every field of an event, however deep, with a way to it. */
function* pathsOf(value: unknown, at: Path = []): Generator<Path> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const path = [...at, Array.isArray(value) ? Number(key) : key];
    yield path;
    yield* pathsOf(inner, path);
  }
}

/** A copy in which one field has another value; without the field for undefined. */
function changed(event: unknown, path: Path, value: unknown): { readonly type: string } {
  const copy = structuredClone(event) as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  let inner = copy;
  for (const key of path.slice(0, -1)) inner = inner[key] as Record<string | number, unknown>;
  if (value === undefined) delete inner[last];
  else inner[last] = value;
  return copy as { readonly type: string };
}

const events = Object.entries(whole).map(([type, event]) => ({ type, ...event }));

describe.each(events)('a record of the event $type', (event) => {
  it('is right with all that it can have, and with more', () => {
    expect(shapeOf(event)).toBe('right');
    expect(shapeOf(changed(event, ['later'], 1))).toBe('right');
  });

  it('is wrong if a field has a value of another kind', () => {
    const right = [...pathsOf(event)].filter(
      (path) =>
        path.join() !== 'type' &&
        [Symbol.iterator, null].some((value) => shapeOf(changed(event, path, value)) === 'right'),
    );
    expect(right).toEqual([]);
  });
});

describe('a record', () => {
  const opened = { type: 'opened', ...whole.opened };
  const sink = ['summary', 'sinks', 0] as const;

  it.each<[string, Path]>([
    ['a rotation', ['rotation']],
    ['a summary', ['summary']],
    ['tokens', ['summary', 'tokens']],
    ['sinks', ['summary', 'sinks']],
    ['attempts', ['summary', 'attempts']],
    ['the token itself', ['summary', 'tokens', 0, 'ref']],
    ['the id of a token', ['summary', 'tokens', 0, 'ref', 'id']],
    ['the label of a token', ['summary', 'tokens', 0, 'ref', 'label']],
    ['when it was issued', ['summary', 'tokens', 0, 'ref', 'issuedAt']],
    ['whether it was exposed', ['summary', 'tokens', 0, 'exposed']],
    ['whether it is retired', ['summary', 'tokens', 0, 'retired']],
    ['the id of a sink', [...sink, 'id']],
    ['what a sink holds', [...sink, 'base']],
    ['what may land', [...sink, 'unanswered']],
    ['when it was sent', [...sink, 'unanswered', 0, 'at']],
    ['when a write was answered', [...sink, 'receipt', 'at']],
    ['how a job went', [...sink, 'trial', 'ok']],
    ['how often it refused', [...sink, 'refusals', 'count']],
    ['the layout of a place', [...sink, 'place', 'layout']],
    ['the target of a place', [...sink, 'place', 'target']],
  ])('is wrong without %s', (_, path) => {
    expect(shapeOf(changed(opened, path, undefined))).toBe('wrong');
  });

  it.each<[string, Path, unknown]>([
    ['text that is no time', [...sink, 'unanswered', 0, 'at'], 'soon'],
    ['a count that is not whole', [...sink, 'refusals', 'count'], 1.5],
    ['a word that it does not know', [...sink, 'shows'], 'gone'],
    ['text where a list is', ['summary', 'attempts'], 'l'],
    ['names that are numbers', [...sink, 'place', 'layout', 'names', 'id'], [1]],
    ['text where an object is', ['summary', 'issuer'], 'i'],
    ['text where names are', [...sink, 'place', 'layout', 'names'], 1],
    ['an unknown layout', [...sink, 'place', 'layout', 'kind'], 'sheet'],
    ['one of several that is wrong', [...sink, 'base'], ['t', 1]],
  ])('is wrong with %s', (_, path, value) => {
    expect(shapeOf(changed(opened, path, value))).toBe('wrong');
  });

  it('may leave out what earlier versions did not know', () => {
    const optional = [...pathsOf(opened)].filter((path) => OPTIONAL.test(String(path.at(-1))));
    const wrong = optional.filter((path) => shapeOf(changed(opened, path, undefined)) !== 'right');
    expect(optional).not.toEqual([]);
    expect(wrong).toEqual([]);
  });

  it.each([
    [{ kind: 'joined', name: 'A' }, 'right'],
    [{ kind: 'joined' }, 'wrong'],
    [{ kind: 'file', name: 'A', names: { id: ['A', 'B'] } }, 'right'],
    [{ kind: 'slots', names: { id: 'A' }, slot: 'S' }, 'right'],
    [{ kind: 'pair', names: { id: 'A', token: 'B' } }, 'right'],
    [{ kind: 'pair', names: { id: ['A', 'B'], token: 'C' } }, 'right'],
    [{ kind: 'pair' }, 'wrong'],
  ])('with the layout %j is %s', (written, shape) => {
    const event = { type: 'outdated', sink: 'a', place: { target: 'a', layout: written } };
    expect(shapeOf(event)).toBe(shape);
  });

  it.each(['same', 'different', 'absent'])('of a look that shows %s is right', (shows) => {
    expect(shapeOf({ ...whole.looked, type: 'looked', shows } as { type: string })).toBe('right');
    const kept = shapeOf(changed(opened, [...sink, 'shows'], shows));
    expect(kept).toBe(shows === 'same' ? 'wrong' : 'right');
  });

  it.each([
    ['disable', 'right'],
    ['enable', 'right'],
    ['revoke', 'right'],
    ['keep', 'wrong'],
  ])('of a token that was to %s is %s', (requested, shape) => {
    expect(shapeOf(changed(opened, ['summary', 'tokens', 0, 'requested'], requested))).toBe(shape);
  });

  it.each(['hopeful', 'toString', '__proto__'])('of the type %s is not known', (type) => {
    expect(shapeOf({ type })).toBe('unknown');
  });

  it('has its own fields alone', () => {
    const inherited = Object.create({ sink: 'a' }) as { type: string };
    inherited.type = 'forgotten';
    expect(shapeOf(inherited)).toBe('wrong');
  });
});
