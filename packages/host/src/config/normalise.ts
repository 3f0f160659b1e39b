import { dirname } from 'node:path';

import { KeyturnError, parseDuration, type FieldNames } from '@keyturn/core';

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
import type { Config, RotationConfig } from './config.ts';
import { normaliseNotify } from './notify.ts';
import type { CheckedConfig } from './schema.ts';
import { invalid, type ConfigSource, type Path } from './source.ts';

type CheckedRotation = CheckedConfig['rotations'][string];

/** The fields of each layout. */
const FIELDS: Readonly<Record<RotationConfig['layout'], readonly string[]>> = {
  pair: ['id', 'token'],
  joined: ['joined'],
  file: ['file'],
  slots: ['id', 'token', 'slot'],
};

/**
 * Turns a well-formed configuration into a usable one.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for keys that contradict each other
 */
export function normalise(source: ConfigSource, input: CheckedConfig): Config {
  const { kind, ...options } = input.issuer;
  return {
    file: source.file,
    directory: dirname(source.file),
    issuer: { kind, options },
    rotations: Object.entries(input.rotations).map(([name, rotation]) =>
      normaliseRotation(source, name, rotation),
    ),
    ...(input.notify !== undefined && { notify: normaliseNotify(source, input.notify) }),
  };
}

function normaliseRotation(
  source: ConfigSource,
  name: string,
  rotation: CheckedRotation,
): RotationConfig {
  const at: Path = ['rotations', name];
  const { layout, names, sinks, token } = rotation;
  const duration = (text: string | 0, ...keys: readonly string[]): number =>
    rethrow(source, [...at, ...keys], () => parseDuration(String(text)));

  const { grace, quiet } = normaliseGrace(source, at, rotation.grace, duration);
  const ttl = token?.ttl === undefined ? undefined : duration(token.ttl, 'token', 'ttl');
  if (ttl !== undefined) checkTtl(source, [...at, 'token', 'ttl'], ttl, quiet?.atMost ?? grace);
  if (names !== undefined) checkNames(source, [...at, 'names'], layout, names);
  checkSinks(source, [...at, 'sinks'], sinks);
  const permissions = token?.permissions ?? 'copy';
  return {
    name,
    maxAge: duration(rotation.maxAge, 'maxAge'),
    grace,
    ...(quiet !== undefined && { quiet }),
    ...(rotation.canary !== undefined && {
      canary: { timeout: duration(rotation.canary.timeout, 'canary', 'timeout') },
    }),
    drift: rotation.drift,
    settle: duration(rotation.settle, 'settle'),
    ...(ttl !== undefined && { ttl }),
    permissions: permissions === 'copy' ? 'copy' : [...new Set(permissions)].toSorted(),
    layout,
    ...(names !== undefined && { names: defined(names) }),
    sinks,
  };
}

function normaliseGrace(
  source: ConfigSource,
  at: Path,
  given: CheckedRotation['grace'],
  duration: (text: string | 0, ...keys: readonly string[]) => number,
): Pick<RotationConfig, 'grace' | 'quiet'> {
  if (typeof given !== 'object') return { grace: duration(given, 'grace') };
  const grace = duration(given.atLeast, 'grace', 'atLeast');
  const quiet = {
    for: duration(given.quietFor, 'grace', 'quietFor'),
    atMost: duration(given.atMost, 'grace', 'atMost'),
  };
  if (quiet.atMost < grace)
    throw invalid(source, { path: [...at, 'grace', 'atMost'], ...shorterThanAtLeast });
  return { grace, quiet };
}

function checkTtl(source: ConfigSource, path: Path, ttl: number, grace: number): void {
  if (ttl % 1000 !== 0) throw invalid(source, { path, ...ttlNotInSeconds });
  if (ttl <= grace) throw invalid(source, { path, ...ttlTooShort });
}

function checkNames(
  source: ConfigSource,
  path: Path,
  layout: RotationConfig['layout'],
  names: GivenNames,
): void {
  const fields = FIELDS[layout];
  const given = Object.keys(defined(names));
  const foreign = given.find((field) => !fields.includes(field));
  if (foreign !== undefined)
    throw invalid(source, {
      path: [...path, foreign],
      part: 'key',
      ...fieldNotInLayout(layout, fields),
    });
  // Some platforms ignore the case of names.
  const [ids, tokens] = [names['id'], names['token']].map(inUpperCase);
  if (ids?.some((name) => tokens?.includes(name)) === true)
    throw invalid(source, { path: [...path, 'token'], ...sameNameAsId });
}

function checkSinks(source: ConfigSource, path: Path, sinks: readonly string[]): void {
  const seen = new Map<string, number>();
  let hasPattern = false;
  for (const [index, text] of sinks.entries()) {
    const isExclusion = text.startsWith('!');
    rethrow(source, [...path, index], () => checkTarget(isExclusion ? text.slice(1) : text));
    hasPattern ||= !isExclusion && /^[^?]*\*/.test(text);
    if (isExclusion && !hasPattern)
      throw invalid(source, { path: [...path, index], ...excludesNothing(text) });
    const first = seen.get(text);
    if (first !== undefined)
      throw invalid(source, { path: [...path, index], ...listedTwice(first + 1) });
    seen.set(text, index);
  }
}

/** Adds the place: core knows the problem, but not the file. */
function rethrow<Result>(source: ConfigSource, path: Path, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    throw invalid(source, { path, message: error.message, hint: error.hint });
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
