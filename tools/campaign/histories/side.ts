import type { Token } from '../credentials/credential.ts';
import { admin } from './admin.ts';
import { valuesOf } from './by-hand.ts';
import { SIDE, sideNaming } from './configuration.ts';
import type { Written } from './names.ts';
import { readTarget, type Reading } from './reading.ts';
import { run, tokensOf, type World } from './world.ts';

const written = ({ kind }: World): Written => ({
  kind: kind.credential.kind,
  layout: SIDE.layout,
  naming: sideNaming(kind.credential.kind),
});

/** The first token is in the place of the other rotation, too. */
export async function fillSide(world: World, token: Token): Promise<void> {
  if (!world.configuration.settings.shared) return;
  const values = [...valuesOf(written(world), token)];
  await admin(
    world.first,
    values.map(([name, value]) => ({ op: 'write', sink: SIDE.target, name, value })),
  );
}

/** Whoever runs keyturn rotates the other one. */
export async function rotateSide(world: World, ...flags: readonly string[]): Promise<string> {
  if (!world.configuration.settings.shared) return 'there is none';
  const args = ['rotate', SIDE.rotation, '--replaces', world.replaces, '--json', ...flags];
  const { code, stdout } = await run(world, args);
  const [, outcome = ''] = /"outcome": ?"(\w+)"/.exec(stdout) ?? [];
  return `exit ${code} ${outcome}`;
}

const readSide = (world: World): Promise<Reading> =>
  readTarget(written(world), SIDE.target, world.first.state(), tokensOf(world));

/** Rule 1 for the jobs of the other rotation. */
export async function judgeSide(world: World): Promise<string[]> {
  if (!world.configuration.settings.shared) return [];
  const { reads, token = '' } = await readSide(world);
  return reads === 'revoked' && !world.announced.condemned.has(token)
    ? [`rule 1: ${SIDE.target} of ${SIDE.rotation} reads ${token}, which was revoked`]
    : [];
}

/** What its jobs read at the end. */
export async function sideAtRest(world: World): Promise<string | undefined> {
  const { reads, token } = await readSide(world);
  if (reads !== 'works') world.broken.push(`rule 5: ${SIDE.rotation} reads ${reads} ${token}`);
  return token;
}
