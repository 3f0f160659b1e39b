import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { seededRandom } from '../../../packages/core/src/testing/index.ts';
import { startSandbox, type Sandbox } from '../../../packages/sandbox/src/index.ts';
import type { Token } from '../credentials/credential.ts';
import type { Ended, Start } from '../start.ts';
import {
  configurationText,
  isSameThing,
  keyOf,
  placesOf,
  targetOf,
  type Configuration,
  type JobPlace,
} from './configuration.ts';
import { latestOf, stateOf } from './ledgers.ts';
import type { Kind } from './kinds/kind.ts';
import { service } from './kinds/service.ts';
import { read, type Reading } from './reading.ts';

/** Providers, a machine with a project on it, and what the history knows to be true. */
export interface World {
  readonly root: string;
  /** The project's folder: the configuration, the env file and the ledgers. */
  folder: string;
  readonly kind: Kind;
  /** How many days have passed, by every clock, in milliseconds. */
  readonly ahead: { by: number };
  readonly first: Sandbox;
  /** Another server of GitHub, started when it is needed. */
  second: Sandbox | undefined;
  readonly configuration: Configuration;
  /** New full names of repositories, by their first ones. */
  readonly repositories: Map<string, string>;
  /** Every place that the configuration has meant, and whose jobs are to work. */
  readonly watched: Map<string, JobPlace>;
  /** Those of the configuration that worked since it was last edited. */
  readonly whole: Set<string>;
  /** The token that was there before keyturn, or before its ledger was lost. */
  replaces: string;
  readonly announced: Announced;
  /** What was done and what came of it, one line each. */
  readonly transcript: string[];
  /** Rules that were broken, in words. */
  readonly broken: string[];
  readonly start: Start;
  /** Something was done that only a forced run mends for certain. */
  needsForce: boolean;
  /** A place was named differently or left the configuration, so that keyturn may keep a token for it. */
  hasLeft: boolean;
  /** An older copy of the ledgers, and the name that the rotation had then. */
  copy: { readonly folder: string; readonly rotation: string } | undefined;
  /** When what was held will have landed, and lost requests with it. */
  quietAt: number;
}

/** What a history itself does to the rules. */
interface Announced {
  /** Tokens that end whoever holds them. */
  readonly condemned: Set<string>;
  /** Tokens that no ledger knows any more. */
  readonly orphans: Set<string>;
  /** What was revoked already when its place joined the configuration, by the place. */
  readonly stale: Map<string, string | undefined>;
  /** Places that somebody else wrote to, or emptied. */
  readonly foreign: Set<string>;
  /** Credentials that others made, where no label shows whose they are. */
  readonly others: Set<string>;
}

export async function closeWorld({ root, first, second }: World): Promise<void> {
  await Promise.all([first.close(), second?.close(), rm(root, { recursive: true, force: true })]);
}

/** The sandbox that has this place. */
export function sandboxOf(world: World, { server }: Pick<JobPlace, 'server'>): Sandbox {
  return (server === 'second' ? world.second : undefined) ?? world.first;
}

export function contextId({ first }: World): string {
  return first.state().circleci?.contextDetails?.['gh/acme/deploy']?.id ?? '';
}

export function configuredTarget(world: World, sink: number): string {
  return targetOf(world.configuration, sink, contextId(world), world.repositories);
}

/** Writes the configuration, whose places are watched from now on. */
export async function writeConfiguration(world: World): Promise<void> {
  const { configuration, repositories, folder, watched } = world;
  world.whole.clear();
  if (configuration.server === 'other server')
    world.second ??= await startSandbox({
      random: seededRandom(7),
      clock: () => Date.now() + world.ahead.by,
    });
  const text = configurationText(configuration, contextId(world), repositories);
  await writeFile(join(folder, 'keyturn.config.json'), text);
  const places = placesOf(configuration, folder);
  const { rotation } = await stateOf(world, configuration.rotation);
  if (rotation === '') await forgetUnseen(world, places);
  for (const place of places) {
    const key = keyOf(place);
    if (watched.has(key)) continue;
    watched.set(key, place);
    const { reads, token } = await readPlace(world, place);
    if (reads === 'revoked') world.announced.stale.set(key, token);
  }
}

/**
 * What left the configuration before keyturn ever saw it is not its business. Other names at the same place are, as long as none
 * of the places has the names of now.
 */
async function forgetUnseen(world: World, places: readonly JobPlace[]): Promise<void> {
  const now = await Promise.all(places.map((place) => readPlace(world, place)));
  const fits = now.some(({ reads }) => reads !== 'nothing');
  for (const [key, one] of world.watched)
    if (fits || !places.some((place) => isSameThing(place, one))) world.watched.delete(key);
}

/** Everything that points the program at the providers. */
function environment({
  configuration: { server },
  first,
  second,
  kind,
  ahead: { by },
}: World): Record<string, string> {
  const env = {
    ...first.env,
    // What an issuer is given time for takes less here.
    ...(kind !== service && { KEYTURN_SOON: '1' }),
    ...(by > 0 && { KEYTURN_AHEAD: String(by) }),
  };
  const github = first.env['GITHUB_API_URL'] ?? '';
  if (server === 'other path') return { ...env, GITHUB_API_URL: `${github}/api/v3` };
  if (server === 'plain' || second === undefined) return env;
  const others = Object.entries(second.env).filter(([name]) => /^(GITHUB|GH)_/.test(name));
  return { ...env, ...Object.fromEntries(others) };
}

/** Runs the program in the project's folder. Whatever happens, it is never a bug's exit. */
export async function run(
  world: World,
  args: readonly string[],
  point?: Parameters<Start>[3],
): Promise<Ended> {
  const ended = await world.start(world.folder, environment(world), args, point);
  await catchUp(world);
  const { code, killed, stdout, stderr } = ended;
  if (code === 1 || (code === null && !killed))
    world.broken.push(`exit ${code} of ${args.join(' ')}: ${(stderr || stdout).slice(-600)}`);
  return ended;
}

/** A run that hurries waits less than it counts: every clock follows it. */
async function catchUp(world: World): Promise<void> {
  if (world.kind === service) return;
  const behind = (await latestOf(world)) - Date.now() - world.ahead.by;
  if (behind > 0) world.ahead.by += behind;
}

export function tokensOf({ first, kind, ahead }: World): readonly Token[] {
  const now = new Date(Date.now() + ahead.by).toISOString();
  return kind.credential
    .tokens(first)
    .map((one) => ({ ...one, works: one.works && (one.expiresAt ?? '9') > now }));
}

/** The tokens that a rotation may have to do with: the ones made by hand for it, and keyturn's own. */
export function ours(world: World): readonly Token[] {
  const { kind, announced } = world;
  return tokensOf(world).filter(
    ({ id, label }) =>
      !announced.others.has(id) &&
      (!kind.credential.labels || kind.byHand.includes(label) || label.startsWith('keyturn-')),
  );
}

export function readPlace(world: World, place: JobPlace): Promise<Reading> {
  const repositories = place.server === 'second' ? new Map<string, string>() : world.repositories;
  return read(place, sandboxOf(world, place).state(), tokensOf(world), repositories);
}

/** Waits until nothing is under way any more. */
export async function quiet({ quietAt }: World): Promise<void> {
  const left = quietAt - Date.now();
  if (left > 0) await sleep(left);
}
