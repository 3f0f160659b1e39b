import { dirname } from 'node:path';

import { KeyturnError, parseDuration, type FieldNames } from '@keyturn/core';
import * as v from 'valibot';

import { checkTarget } from '../adapters/target-module.ts';
import {
  excludesNothing,
  fieldNotInLayout,
  listedTwice,
  sameNameAsId,
  shorterThanAtLeast,
  ttlNotInSeconds,
  ttlTooShort,
} from '../messages.ts';
import type { Config, IssuerConfig, RotationConfig } from './config.ts';
import { normaliseNotify } from './notify.ts';
import { rotationSchema, type CheckedConfig } from './schema.ts';
import { notify as notifySchema } from './schema-notify.ts';
import { placeText, type ConfigSource, type Path, type Refuse } from './source.ts';
import { checkState } from './state.ts';

type CheckedRotation = CheckedConfig['rotations'][string];

type Layout = RotationConfig['layout'];

/** What is a field of no credential, with the layouts that it belongs to. */
const OWN: ReadonlyMap<string, readonly Layout[]> = new Map<string, readonly Layout[]>([
  ['joined', ['joined']],
  ['file', ['file']],
  ['slot', ['slots']],
]);

/** What each layout needs a name for. */
const FIELDS: Readonly<Record<Layout, readonly string[]>> = {
  pair: ['id', 'token'],
  joined: ['joined'],
  file: ['file'],
  slots: ['id', 'token', 'slot'],
};

/** Turns a well-formed configuration into a usable one. Refuses keys that contradict each other. */
export function normalise(source: ConfigSource, input: CheckedConfig, refuse: Refuse): Config {
  const { state, notify } = input;
  if (state !== undefined) checkState(state, refuse);
  return {
    file: source.file,
    directory: dirname(source.file),
    issuer: issuerOf(input.issuer),
    rotations: Object.entries(input.rotations).map(([name, rotation]) =>
      normaliseRotation(name, rotation, refuse),
    ),
    ...(state !== undefined && { state }),
    ...(notify !== undefined && { notify: normaliseNotify(notify, refuse) }),
    locate: (path, part = 'value') => placeText(source.locate(path, part)),
  };
}

/** Checks the parts of a configuration that are well-formed, though others are not. */
export function normaliseParts(value: unknown, refuse: Refuse): void {
  const { rotations, notify, state } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const isMapping =
    typeof rotations === 'object' && rotations !== null && !Array.isArray(rotations);
  for (const [name, one] of Object.entries(isMapping ? rotations : {})) {
    const rotation = v.safeParse(rotationSchema, one);
    if (rotation.success) normaliseRotation(name, rotation.output, refuse);
  }
  const channels = v.safeParse(notifySchema, notify);
  if (channels.success) normaliseNotify(channels.output, refuse);
  if (typeof state === 'string') checkState(state, refuse);
}

function normaliseRotation(
  name: string,
  rotation: CheckedRotation,
  refuse: Refuse,
): RotationConfig {
  const at: Path = ['rotations', name];
  const { layout, names, token, issuer } = rotation;
  const sinks = rotation.sinks.map((one) => (typeof one === 'string' ? one : one.to));
  const duration = (text: string | 0, ...keys: readonly string[]): number =>
    attempt(refuse, [...at, ...keys], () => parseDuration(String(text))) ?? 0;

  const { grace, quiet } = normaliseGrace(at, rotation.grace, duration, refuse);
  const ttl = token?.ttl === undefined ? undefined : duration(token.ttl, 'token', 'ttl');
  const path = [...at, 'token', 'ttl'];
  if (ttl !== undefined) checkTtl(path, ttl, quiet?.atMost ?? grace, refuse);
  if (names !== undefined) checkNames([...at, 'names'], layout, names, refuse);
  checkSinks([...at, 'sinks'], sinks, refuse);
  const storages = storagesOf([...at, 'sinks'], rotation, refuse);
  const permissions = token?.permissions ?? 'copy';
  return {
    name,
    ...(issuer !== undefined && { issuer: issuerOf(issuer) }),
    maxAge: duration(rotation.maxAge, 'maxAge'),
    grace,
    ...(quiet !== undefined && { quiet }),
    ...(rotation.canary !== undefined && {
      canary: { timeout: duration(rotation.canary.timeout, 'canary', 'timeout') },
    }),
    drift: rotation.drift,
    settle: duration(rotation.settle, 'settle'),
    pause: duration(rotation.pause, 'pause'),
    ...(ttl !== undefined && { ttl }),
    permissions: permissions === 'copy' ? 'copy' : [...new Set(permissions)].toSorted(),
    layout,
    ...(names !== undefined && { names: defined(names) }),
    sinks,
    ...(storages !== undefined && { storages }),
  };
}

function issuerOf({ kind, ...options }: CheckedConfig['issuer']): IssuerConfig {
  return { kind, options };
}

/** Entries that say otherwise than their rotation how the credential is stored. */
function storagesOf(
  path: Path,
  { sinks, layout: usual, names: given }: CheckedRotation,
  refuse: Refuse,
): RotationConfig['storages'] {
  const own = sinks.flatMap((one, index) => {
    if (typeof one === 'string' || (one.names ?? one.layout) === undefined) return [];
    const { to, layout = usual } = one;
    const names = { ...(layout === usual && given), ...one.names };
    checkNames([...path, index, 'names'], layout, names, refuse);
    return [[to, { layout, names: defined(names) }] as const];
  });
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

function normaliseGrace(
  at: Path,
  given: CheckedRotation['grace'],
  duration: (text: string | 0, ...keys: readonly string[]) => number,
  refuse: Refuse,
): Pick<RotationConfig, 'grace' | 'quiet'> {
  if (typeof given !== 'object') return { grace: duration(given, 'grace') };
  const grace = duration(given.atLeast, 'grace', 'atLeast');
  const quiet = {
    for: duration(given.quietFor, 'grace', 'quietFor'),
    atMost: duration(given.atMost, 'grace', 'atMost'),
  };
  if (quiet.atMost < grace) refuse({ path: [...at, 'grace', 'atMost'], ...shorterThanAtLeast });
  return { grace, quiet };
}

function checkTtl(path: Path, ttl: number, grace: number, refuse: Refuse): void {
  if (ttl % 1000 !== 0) refuse({ path, ...ttlNotInSeconds });
  else if (ttl <= grace) refuse({ path, ...ttlTooShort });
}

function checkNames(
  path: Path,
  layout: RotationConfig['layout'],
  names: GivenNames,
  refuse: Refuse,
): void {
  const fields = FIELDS[layout];
  const foreign = Object.keys(defined(names)).filter((field) =>
    layout === 'joined' || layout === 'file'
      ? field !== layout
      : OWN.get(field)?.includes(layout) === false,
  );
  for (const field of foreign)
    refuse({ path: [...path, field], part: 'key', ...fieldNotInLayout(layout, fields) });
  // Some platforms ignore the case of names.
  const [ids, tokens] = [names['id'], names['token']].map(inUpperCase);
  if (ids?.some((name) => tokens?.includes(name)) === true)
    refuse({ path: [...path, 'token'], ...sameNameAsId });
}

function checkSinks(path: Path, sinks: readonly string[], refuse: Refuse): void {
  const seen = new Map<string, number>();
  let hasPattern = false;
  for (const [index, text] of sinks.entries()) {
    const isExclusion = text.startsWith('!');
    attempt(refuse, [...path, index], () => checkTarget(isExclusion ? text.slice(1) : text));
    hasPattern ||= !isExclusion && /^[^?]*\*/.test(text);
    if (isExclusion && !hasPattern) refuse({ path: [...path, index], ...excludesNothing(text) });
    const first = seen.get(text);
    if (first !== undefined) refuse({ path: [...path, index], ...listedTwice(first + 1) });
    seen.set(text, index);
  }
}

/** Refuses what core refuses: it knows the problem, but not the place. */
function attempt<Result>(refuse: Refuse, path: Path, work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    refuse({ path, message: error.message, hint: error.hint });
    return undefined;
  }
}

type GivenNames = Readonly<Record<string, string | readonly string[] | undefined>>;

function inUpperCase(names: GivenNames[string]): string[] {
  return [names ?? []].flat().map((name) => name.toUpperCase());
}

function defined(names: GivenNames): FieldNames {
  return Object.fromEntries(
    Object.entries(names).flatMap(([field, name]) =>
      name === undefined ? [] : [[field, name] as const],
    ),
  );
}
