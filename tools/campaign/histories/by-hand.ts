import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { placesOf, type JobPlace } from './configuration.ts';
import type { Token } from '../credentials/credential.ts';
import { admin } from './admin.ts';
import { kindOf } from './kinds/all.ts';
import { service } from './kinds/service.ts';
import { namesOf, type Written } from './names.ts';
import { choiceOf } from './sinks.ts';
import { tokensOf, type World } from './world.ts';

/** A token made by hand is in every configured place, as jobs read it there. */
export async function makeFirstToken(world: World): Promise<void> {
  const { configuration, first, kind } = world;
  const { old } = kind.credential;
  const there = tokensOf(world).find(({ label }) => old === undefined || label === old);
  world.replaces = kind === service ? await kind.make(first) : (there?.id ?? '');
  if (kind === service) await prepareNeighbours(world);
  for (const place of placesOf(configuration, world.folder)) await fill(world, place, inUse(world));
}

async function prepareNeighbours({ configuration, first }: World): Promise<void> {
  // Neighbours of other tokens are no part of this.
  await admin(
    first,
    ['PLANETSCALE_SERVICE_TOKEN', 'PLANETSCALE_SERVICE_TOKEN_ID'].map((name) => ({
      op: 'remove',
      sink: 'gitlab:acme/infra',
      name,
    })),
  );
  const strangers = Array.from({ length: configuration.settings.strangers }, (_, number) => number);
  await admin(
    first,
    strangers.map((n) => ({ provider: 'planetscale', op: 'create', name: `keyturn ${n}` })),
  );
}

/** The token that was there before keyturn. */
export function inUse(world: World): Token {
  const token = tokensOf(world).find(({ id }) => id === world.replaces);
  if (token === undefined) throw new Error(`there is no ${world.replaces}`);
  return token;
}

/** What a person would write under each of the names. */
export function valuesOf(written: Written, { fields }: Token): ReadonlyMap<string, string> {
  const { layout } = written;
  const { fields: names, joined = '', file } = namesOf(written);
  if (layout === 'joined') return new Map([[joined, fields['joined'] ?? '']]);
  if (layout === 'file') {
    const inFile = Object.entries(kindOf(written.kind).fieldsInFile);
    return new Map([[file, inFile.map(([field, name]) => `${name}=${fields[field]}\n`).join('')]]);
  }
  const end = layout === 'slots' ? '_A' : '';
  return new Map(
    Object.entries(names).flatMap(([field, some]) =>
      some.map((name) => [`${name}${end}`, fields[field] ?? ''] as const),
    ),
  );
}

/** Writes a credential to a place as a person would. */
export async function fill(world: World, place: JobPlace, token: Token): Promise<void> {
  const { sink, layout, folder } = place;
  const values = [...valuesOf(place, token)];
  const { kind, target } = choiceOf(sink);
  if (kind === 'env') {
    const lines = values.map(([name, value]) => `${name}='${value}'\n`);
    await writeFile(join(folder, target.slice(4)), lines.join(''), { mode: 0o600 });
    return;
  }
  const changes = values.map(([name, value]) => ({ op: 'write', sink: target, name, value }));
  const { slot: name } = namesOf(place);
  const slot = { op: 'write', sink: target, name, value: 'A', kind: 'variable' };
  await admin(world.first, [...changes, ...(layout === 'slots' ? [slot] : [])]);
}
