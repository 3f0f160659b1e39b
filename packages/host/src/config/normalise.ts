import { dirname } from 'node:path';

import { KeyturnError, parseDuration, type FieldNames } from '@keyturn/core';

import { checkTarget } from '../adapters/target-module.ts';
import type { Config, RotationConfig } from './config.ts';
import { normaliseNotify } from './notify.ts';
import type { CheckedConfig } from './schema.ts';
import { invalid, type ConfigSource, type Path } from './source.ts';

type CheckedRotation = CheckedConfig['rotations'][string];

/** The names that each layout fills. */
const FIELDS: Readonly<Record<RotationConfig['layout'], readonly string[]>> = {
  pair: ['id', 'token'],
  joined: ['joined'],
  file: ['file'],
  slots: ['id', 'token', 'slot'],
};

/**
 * Turns what is well-formed into what is meant.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for what no single key is wrong about: keys that contradict each other
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
    throw invalid(source, {
      path: [...at, 'grace', 'atMost'],
      message: 'is shorter than atLeast',
      hint: 'Give it a longer time, such as 24h.',
    });
  return { grace, quiet };
}

function checkTtl(source: ConfigSource, path: Path, ttl: number, grace: number): void {
  if (ttl % 1000 !== 0)
    throw invalid(source, {
      path,
      message: 'is not a whole number of seconds',
      hint: 'Give it in seconds or more, such as 120d.',
    });
  if (ttl <= grace)
    throw invalid(source, {
      path,
      message: 'a token must live longer than its grace',
      hint: 'Give it a longer ttl, such as 120d, or a shorter grace.',
    });
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
      message: `is not a field of layout ${layout}`,
      hint: `Name ${fields.join(' and ')}, or choose another \`layout\`.`,
    });
  // GitHub takes names that differ in case only for one.
  const [ids, tokens] = [names['id'], names['token']].map(inUpperCase);
  if (ids?.some((name) => tokens?.includes(name)) === true)
    throw invalid(source, {
      path: [...path, 'token'],
      message: 'has the same name as id',
      hint: 'Give each a name of its own: the second would overwrite the first.',
    });
}

function checkSinks(source: ConfigSource, path: Path, sinks: readonly string[]): void {
  const seen = new Map<string, number>();
  let hasPattern = false;
  for (const [index, text] of sinks.entries()) {
    const isExclusion = text.startsWith('!');
    rethrow(source, [...path, index], () => checkTarget(isExclusion ? text.slice(1) : text));
    hasPattern ||= !isExclusion && /^[^?]*\*/.test(text);
    if (isExclusion && !hasPattern)
      throw invalid(source, {
        path: [...path, index],
        message: `"${text.slice(0, 60)}" excludes nothing, since no pattern stands before it`,
        hint: 'Write the pattern first, such as github:acme/*, and then what it does not mean.',
      });
    const first = seen.get(text);
    if (first !== undefined)
      throw invalid(source, {
        path: [...path, index],
        message: `stands in the list already, as number ${first + 1}`,
        hint: 'Remove one of them.',
      });
    seen.set(text, index);
  }
}

/** Says where: core knows what is wrong, and not in which file. */
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
