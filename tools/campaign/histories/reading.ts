import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import type { World as SandboxWorld } from '../../../packages/sandbox/src/index.ts';
import type { Token } from '../credentials/credential.ts';
import type { JobPlace } from './configuration.ts';
import { kindOf } from './kinds/all.ts';
import { namesOf, type Written } from './names.ts';
import { choiceOf } from './sinks.ts';

/** What a job reads: a token that works or one that does not, parts that belong to no one token, or nothing. */
export interface Reading {
  readonly reads: 'works' | 'revoked' | 'torn' | 'nothing';
  readonly token?: string;
}

interface Values {
  readonly secrets: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
}

type Items = Readonly<Record<string, { readonly value: string }>>;

/** Reads a place as its jobs do. Under several names for one field, each has to have the same. */
export async function read(
  place: JobPlace,
  world: SandboxWorld,
  tokens: readonly Token[],
  repositories: ReadonlyMap<string, string>,
): Promise<Reading> {
  const { kind, target } = choiceOf(place.sink);
  return readIn(place, await valuesOf(kind, target, place.folder, world, repositories), tokens);
}

/** The same of any target that no choice names. */
export async function readTarget(
  written: Written,
  target: string,
  world: SandboxWorld,
  tokens: readonly Token[],
): Promise<Reading> {
  const [kind = ''] = target.split(':');
  return readIn(written, await valuesOf(kind, target, '', world, new Map()), tokens);
}

function readIn(written: Written, values: Values, tokens: readonly Token[]): Reading {
  const all = credentials(written, values);
  if (all.every((fields) => Object.values(fields).every((value) => value === undefined)))
    return { reads: 'nothing' };
  const found = all.map((fields) =>
    tokens.find((one) =>
      Object.entries(fields).every(([field, value]) => one.fields[field] === value),
    ),
  );
  const revoked = found.find((one) => one !== undefined && !one.works);
  if (revoked !== undefined) return { reads: 'revoked', token: revoked.id };
  const [first] = found;
  if (first === undefined || found.some((one) => one !== first)) return { reads: 'torn' };
  return { reads: 'works', token: first.id };
}

type Fields = Readonly<Record<string, string | undefined>>;

/** What jobs may put together: every combination of the names that fields have. */
function credentials(written: Written, { secrets, variables }: Values): Fields[] {
  const { fields, joined = '', file, slot } = namesOf(written);
  const { layout } = written;
  if (layout === 'joined') return [{ joined: secrets.get(joined) }];
  if (layout === 'file') {
    const blob = parseEnv(secrets.get(file) ?? '');
    const inFile = Object.entries(kindOf(written.kind).fieldsInFile);
    return [Object.fromEntries(inFile.map(([field, name]) => [field, blob[name]]))];
  }
  const end = layout === 'slots' ? `_${variables.get(slot) ?? ''}` : '';
  let all: Fields[] = [{}];
  for (const [field, names] of Object.entries(fields))
    all = all.flatMap((some) =>
      names.map((name) => ({ ...some, [field]: secrets.get(name + end) })),
    );
  return all;
}

async function valuesOf(
  kind: string,
  target: string,
  folder: string,
  world: SandboxWorld,
  repositories: ReadonlyMap<string, string>,
): Promise<Values> {
  if (kind === 'env') {
    const text = await readFile(join(folder, target.slice(4)), 'utf8').catch(() => '');
    const entries = Object.entries(parseEnv(text)).map(([name, value = '']) => [name, value]);
    return { secrets: new Map(entries as [string, string][]), variables: new Map() };
  }
  const path = target.slice(kind.length + 1).split('?')[0] ?? '';
  if (kind === 'github') {
    const name = (repositories.get(path) ?? path) as `${string}/${string}`;
    const repository = world.github?.[name];
    const environment = /environment=(\w+)/.exec(target)?.[1];
    if (environment === undefined)
      return { secrets: plain(repository?.actions), variables: plain(repository?.variables) };
    return {
      secrets: plain(repository?.environments?.[environment]),
      variables: plain(repository?.environmentVariables?.[environment]),
    };
  }
  if (kind === 'circleci') {
    const context = /context=(\w+)/.exec(target)?.[1];
    const { projects, contexts } = world.circleci ?? {};
    const items = context === undefined ? projects?.[path] : contexts?.[`${path}/${context}`];
    return { secrets: plain(items), variables: new Map() };
  }
  const project = world.gitlab?.[path as `${string}/${string}`];
  const wanted = (project?.variables ?? []).filter(
    ({ environment_scope = '*' }) =>
      environment_scope === 'production' || environment_scope === '*',
  );
  // The more exact scope comes last and wins.
  const sorted = wanted.toSorted((a, b) => scopeLength(a) - scopeLength(b));
  return {
    secrets: new Map(sorted.map(({ key, value = '' }) => [key, value])),
    variables: new Map(),
  };
}

function scopeLength({ environment_scope = '*' }: { environment_scope?: string }): number {
  return environment_scope.length;
}

function plain(items: Items = {}): ReadonlyMap<string, string> {
  return new Map(Object.entries(items).map(([name, { value }]) => [name, value]));
}
