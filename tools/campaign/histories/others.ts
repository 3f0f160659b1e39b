import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { admin } from './admin.ts';
import { isSameThing, keyOf, placesOf, type JobPlace } from './configuration.ts';
import type { Operation } from './history.ts';
import { stateOf } from './ledgers.ts';
import { writtenNames } from './names.ts';
import { choiceOf } from './sinks.ts';
import { sandboxOf, tokensOf, type World } from './world.ts';

type Foreign = Extract<Operation, { op: 'foreign write' | 'foreign removal' }>;

/** Somebody else overwrites or removes one of the names of a configured place. */
export async function writeAsAnother(
  world: World,
  { op, nth, name: number }: Foreign,
): Promise<string> {
  if (!(await isBegun(world))) return 'nothing was delivered yet';
  const places = placesOf(world.configuration, world.folder);
  const place = places[nth % places.length];
  if (place === undefined) return '';
  const names = writtenNames(place);
  const name = names[number % names.length] ?? '';
  // The same names may belong to other places of the history, too.
  for (const [key, one] of world.watched)
    if (isSameThing(one, place) && writtenNames(one).includes(name))
      world.announced.foreign.add(key);
  world.needsForce = true;
  world.whole.delete(keyOf(place));
  await change(world, place, [name], op === 'foreign write' ? 'by-hand' : undefined);
  return `${keyOf(place)}: ${name}`;
}

/** The ledger has a token that keyturn made. */
export async function isBegun(world: World): Promise<boolean> {
  const { current, tokens } = await stateOf(world, world.configuration.rotation);
  return tokens.get(current ?? '')?.askedAt !== undefined;
}

/** Writes a value under each of the names, or removes them where there is none. */
export async function change(
  world: World,
  place: JobPlace,
  names: readonly string[],
  value: string | undefined,
): Promise<void> {
  const { kind, target } = choiceOf(place.sink);
  if (kind === 'env') return changeFile(join(place.folder, target.slice(4)), names, value);
  let sink = target;
  if (place.server === 'first')
    for (const [from, to] of world.repositories) sink = sink.replace(from, to);
  for (const name of names)
    await admin(sandboxOf(world, place), [
      value === undefined ? { op: 'remove', sink, name } : { op: 'write', sink, name, value },
    ]);
}

async function changeFile(
  path: string,
  names: readonly string[],
  value: string | undefined,
): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const left = text
    .replaceAll(/^(\w+)=(?:'[^']*'|"[^"]*"|[^\n]*)\n/gm, (line, name: string) =>
      names.includes(name) ? '' : line,
    )
    .concat(value === undefined ? '' : names.map((name) => `${name}=${value}\n`).join(''));
  await writeFile(path, left);
}

/** Somebody deletes the token in use at the issuer. */
export async function deleteToken(world: World): Promise<string> {
  if (!(await isBegun(world))) return 'nothing was delivered yet';
  const { current: id = '' } = await stateOf(world, world.configuration.rotation);
  const token = tokensOf(world).find((one) => one.id === id);
  if (token === undefined || !token.exists) return 'there is none';
  world.announced.condemned.add(id);
  world.needsForce = true;
  await admin(world.first, [{ provider: world.kind.provider, op: 'revoke', id }]);
  return id;
}

const DOCS = 'acme/docs';

/** A repository is archived, unarchived or renamed; the configuration follows a new name. */
export async function changeRepository(world: World, op: string): Promise<string> {
  const repo = world.repositories.get(DOCS) ?? DOCS;
  if (op !== 'rename repository') {
    await admin(world.first, [{ provider: 'github', op, repo }]);
    return repo;
  }
  const number = Number(/\d+$/.exec(repo)?.[0] ?? 0) + 1;
  const to = `pages-${number}`;
  await admin(world.first, [{ provider: 'github', op: 'rename', repo, to }]);
  world.repositories.set(DOCS, `acme/${to}`);
  return `${repo} is acme/${to}`;
}
