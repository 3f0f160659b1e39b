import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Sandbox } from '../../../packages/sandbox/src/index.ts';
import { placesOf, type JobPlace } from './configuration.ts';
import { choiceOf, writtenNames } from './sinks.ts';
import type { World } from './world.ts';

/** A token made by hand is in every configured place, as jobs read it there. */
export async function makeFirstToken(world: World): Promise<void> {
  const { configuration, first } = world;
  const accesses = first
    .state()
    .planetscale?.orgs?.['acme']?.tokens?.find(({ name }) => name === 'ci-github')?.accesses;
  const [made] = await admin(first, [
    { provider: 'planetscale', op: 'create', name: 'by-hand', accesses },
    // Neighbours of other tokens are no part of this.
    ...['PLANETSCALE_SERVICE_TOKEN', 'PLANETSCALE_SERVICE_TOKEN_ID'].map((name) => ({
      op: 'remove',
      sink: 'gitlab:acme/infra',
      name,
    })),
  ]);
  world.replaces = made?.id ?? '';
  const strangers = Array.from({ length: configuration.settings.strangers }, (_, number) => number);
  await admin(
    first,
    strangers.map((n) => ({ provider: 'planetscale', op: 'create', name: `keyturn ${n}` })),
  );
  for (const place of placesOf(configuration, world.folder))
    await fill(world, place, world.replaces, made?.token ?? '');
}

/** Writes a credential to a place as a person would. */
export async function fill(
  world: World,
  { sink, layout, naming, folder }: JobPlace,
  id: string,
  token: string,
): Promise<void> {
  const blob = `PLANETSCALE_SERVICE_TOKEN_ID=${id}\nPLANETSCALE_SERVICE_TOKEN=${token}\n`;
  const valueOf = (name: string): string => {
    if (layout === 'joined') return `${id}:${token}`;
    if (layout === 'file') return blob;
    return /_(ID|NAME)(_[AB])?$/.test(name) ? id : token;
  };
  const names = writtenNames(layout, naming).filter((name) => !name.endsWith('_B'));
  const { kind, target } = choiceOf(sink);
  if (kind === 'env') {
    const lines = names.map((name) => `${name}='${valueOf(name)}'\n`);
    await writeFile(join(folder, target.slice(4)), lines.join(''), { mode: 0o600 });
    return;
  }
  const changes = names.map((name) => ({ op: 'write', sink: target, name, value: valueOf(name) }));
  const slot = {
    op: 'write',
    sink: target,
    name: 'PLANETSCALE_SLOT',
    value: 'A',
    kind: 'variable',
  };
  await admin(world.first, [...changes, ...(layout === 'slots' ? [slot] : [])]);
}

/** Makes changes behind the providers' backs. */
export async function admin(
  { control }: Sandbox,
  changes: readonly object[],
): Promise<readonly { id?: string; token?: string }[]> {
  if (changes.length === 0) return [];
  const body = JSON.stringify(changes);
  const answer = await fetch(`${control}/admin`, { method: 'POST', body });
  if (answer.status === 404) return [];
  const { changes: made, message } = (await answer.json()) as {
    changes?: { id?: string; token?: string }[];
    message?: string;
  };
  if (made === undefined) throw new Error(`/admin ${body}: ${message}`);
  return made;
}
