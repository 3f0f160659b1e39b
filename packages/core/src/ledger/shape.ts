import type { EventType } from './event.ts';

type Shape = (value: unknown) => boolean;

const text: Shape = (value) => typeof value === 'string';
const flag: Shape = (value) => typeof value === 'boolean';
const time: Shape = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const maybe =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value);
const list =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape);
/** Fields that are not named may be there too: a later version may know more. */
const fields =
  (shapes: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(shapes).every(([name, shape]) =>
      shape(Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined),
    );

const tokenRef = fields({ id: text, label: text, issuedAt: text, expiresAt: maybe(text) });
const record =
  (shape: Shape): Shape =>
  (value) =>
    typeof value === 'object' && value !== null && Object.values(value).every(shape);
const oneOf =
  (...texts: readonly string[]): Shape =>
  (value) =>
    texts.includes(value as string);
const receipt = fields({ at: text, clock: maybe(text), stamps: maybe(record(text)) });
const fieldNames = record((value) => text(value) || list(text)(value));
const place = fields({
  target: text,
  server: maybe(text),
  thing: maybe(text),
  layout: (value) =>
    fields({ kind: oneOf('pair', 'slots'), names: fieldNames })(value) ||
    fields({ kind: oneOf('joined', 'file'), name: text })(value),
});
const issuer = fields({ id: text, server: maybe(text) });
const summary = fields({
  issuer: maybe(issuer),
  current: maybe(text),
  permissions: maybe(list(text)),
  tokens: list(
    fields({
      ref: tokenRef,
      askedAt: maybe(time),
      answeredAt: maybe(time),
      exposed: flag,
      retired: flag,
      condemned: maybe(flag),
      releasedAt: maybe(time),
      missing: maybe(flag),
      disabledByOthers: maybe(flag),
      disabledAt: maybe(time),
      requested: maybe(oneOf('disable', 'enable', 'revoke')),
    }),
  ),
  sinks: list(
    fields({
      id: text,
      base: list(text),
      place: maybe(place),
      sent: maybe(flag),
      outdated: maybe(flag),
      unanswered: list(fields({ token: text, at: time, by: maybe(text), clock: maybe(time) })),
      deploys: maybe(flag),
      running: maybe(list(text)),
      receipt: maybe(receipt),
      trial: maybe(fields({ token: text, ok: flag })),
      shows: maybe(oneOf('different', 'absent')),
      refusals: maybe(fields({ token: text, count: Number.isSafeInteger, at: time, code: text })),
    }),
  ),
  attempts: list(fields({ label: text, at: time, by: maybe(text), known: maybe(list(text)) })),
});

/** What an event of each type must hold to be applied. The types of {@link RotationEvent} say the same at compile time. */
const shapes: Readonly<Record<EventType, Shape>> = {
  opened: fields({ rotation: text, summary, from: maybe(text) }),
  adopted: fields({
    token: tokenRef,
    sinks: list(text),
    permissions: list(text),
    places: maybe(record(place)),
  }),
  started: fields({ label: text, reason: text, known: maybe(list(text)) }),
  issued: fields({ label: text, token: tokenRef }),
  declined: fields({ label: text, code: text }),
  lost: fields({ label: text, reason: text }),
  found: fields({ label: text, token: tokenRef }),
  absent: fields({ label: text }),
  granted: fields({ token: text, permissions: list(text) }),
  rejected: fields({ token: text, code: text }),
  verified: fields({ token: text }),
  sending: fields({
    token: text,
    sink: text,
    place: maybe(place),
    clock: maybe(time),
    deploys: maybe(flag),
  }),
  delivered: fields({ token: text, sink: text, receipt }),
  stamped: fields({ token: text, sink: text, stamps: record(text) }),
  undelivered: fields({ token: text, sink: text, effect: text, code: text }),
  settled: fields({ sink: text, token: text }),
  moved: fields({ sink: text, to: text, overlaps: maybe(flag) }),
  identified: fields({ issuer, places: record(place) }),
  outdated: fields({ sink: text, place }),
  looked: fields({ sink: text, shows: oneOf('same', 'different', 'absent') }),
  missed: fields({ token: text, missing: flag, disabled: maybe(flag) }),
  'handed-over': fields({ to: text }),
  drifted: fields({ sink: text, holds: list(text) }),
  completed: fields({ token: text }),
  tried: fields({ sink: text, token: text, ok: flag }),
  condemned: fields({ token: text }),
  deployed: fields({ sink: text }),
  disabling: fields({ token: text }),
  disabled: fields({ token: text }),
  enabling: fields({ token: text }),
  revoking: fields({ token: text }),
  revoked: fields({ token: text }),
  finished: fields({}),
  aborted: fields({ label: text }),
  forgotten: fields({ sink: text }),
};

/** Whether an event is one of ours and whole; `unknown` for a type that this version does not know. */
export function shapeOf(event: { readonly type: string }): 'right' | 'wrong' | 'unknown' {
  if (!Object.hasOwn(shapes, event.type)) return 'unknown';
  return shapes[event.type as EventType](event) ? 'right' : 'wrong';
}
