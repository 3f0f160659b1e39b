import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import type { World as SandboxWorld } from '../../../packages/sandbox/src/index.ts';
import type { JobPlace } from './configuration.ts';
import { choiceOf, inBlob, namesOf } from './sinks.ts';

/** A service token as the issuer has it. */
export interface Token {
  readonly id: string;
  readonly name: string;
  readonly token: string;
  readonly revokedAt: string | null;
  readonly accesses: readonly string[];
}

/** What a job reads: a token that works or one that was revoked, parts that belong to no one token, or nothing. */
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
  const values = await valuesOf(place, world, repositories);
  const pairs = credentials(place, values);
  if (pairs.every(([id, secret]) => id === undefined && secret === undefined))
    return { reads: 'nothing' };
  const found = pairs.map(([id, secret]) =>
    tokens.find((one) => one.id === id && one.token === secret),
  );
  const revoked = found.find((one) => one !== undefined && one.revokedAt !== null);
  if (revoked !== undefined) return { reads: 'revoked', token: revoked.id };
  const [first] = found;
  if (first === undefined || found.some((one) => one !== first)) return { reads: 'torn' };
  return { reads: 'works', token: first.id };
}

type Pair = readonly [id: string | undefined, secret: string | undefined];

function credentials({ layout, naming }: JobPlace, { secrets, variables }: Values): Pair[] {
  const { id, token, joined, file, slot } = namesOf(naming);
  if (layout === 'joined') {
    const [one, ...rest] = secrets.get(joined)?.split(':') ?? [];
    return [[one, rest.length > 0 ? rest.join(':') : undefined]];
  }
  if (layout === 'file') {
    const blob = parseEnv(secrets.get(file) ?? '');
    return [[blob[inBlob.id], blob[inBlob.token]]];
  }
  const end = layout === 'slots' ? `_${variables.get(slot) ?? ''}` : '';
  return id.flatMap((one) =>
    token.map((other): Pair => [secrets.get(one + end), secrets.get(other + end)]),
  );
}

async function valuesOf(
  { sink, folder }: JobPlace,
  world: SandboxWorld,
  repositories: ReadonlyMap<string, string>,
): Promise<Values> {
  const { kind, target } = choiceOf(sink);
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
