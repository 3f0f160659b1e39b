import { setTimeout as sleep } from 'node:timers/promises';

import { secretsOf } from '../credentials/all.ts';
import { tokensNamed } from '../rivals.ts';
import { fill, inUse } from './by-hand.ts';
import { keyOf, placesOf, SETTLE, type JobPlace } from './configuration.ts';
import { deleteOthers } from './foreign.ts';
import { judge } from './judge.ts';
import { service } from './kinds/service.ts';
import { changed, snapshot, stateOf } from './ledgers.ts';
import { changeRepository } from './others.ts';
import { changesAsked, reportOf, rotateOnce, type Report } from './rotating.ts';
import { readNames } from './names.ts';
import { rotateSide, sideAtRest } from './side.ts';
import { choiceOf } from './sinks.ts';
import { ours, quiet, readPlace, run, tokensOf, writeConfiguration, type World } from './world.ts';

const MOST_RUNS = 7;
const AT_REST = new Set(['rotated', 'current']);

/** Faults end and time passes: runs until nothing is due, and then everything has to be as it should. */
export async function converge(world: World): Promise<readonly string[]> {
  await changeRepository(world, 'unarchive');
  await setBackClocks(world);
  await writeConfiguration(world);
  await rotateSideAtEnd(world, '--force');
  const report = await runUntilAtRest(world);
  await rotateSideAtEnd(world);
  const early = await judge(world);
  if (report === undefined || early.length > 0)
    return report === undefined ? [...early, 'rule 5: it does not converge'] : early;
  return [
    ...(await judgeTokens(world, report)),
    ...(await judgeJobs(world, report)),
    ...(await judgeSecrets(world)),
    ...(await judgeIdleRun(world)),
    ...(await judgeChain(world)),
    ...(await judgeStatus(world, report)),
  ];
}

async function runUntilAtRest(world: World): Promise<Report | undefined> {
  let force = world.needsForce;
  // After the folder was copied, this machine knows nothing of the copy: the user names the token again, as the warning says.
  let named: readonly string[] = [];
  for (let runs = 0; runs < MOST_RUNS; runs++) {
    await quiet(world);
    await sleep(SETTLE + 100);
    const allow = await allowing(world);
    const ended = await rotateOnce(world, [...(force ? ['--force'] : []), ...named, ...allow]);
    const report = reportOf(ended);
    const { code } = ended;
    const kept = report?.kept.map(({ id, reason, sinks }) => `${id} ${reason} ${sinks.join('+')}`);
    world.transcript.push(
      `end: ${force ? 'forced ' : ''}exit ${code} ${report?.outcome ?? ended.stdout.slice(0, 300)} ${report?.current?.id ?? ''} ${kept?.join(', ')} ${report?.error?.message ?? ''}`,
    );
    const broken = await judge(world);
    if (broken.length > 0 || world.broken.length > 0) return undefined;
    if (code === 2 && (await isFirstContact(world))) await fillByHand(world);
    if (report?.error?.code === 'LIMIT_REACHED') await makeRoom(world, ended);
    if (report?.error?.code === 'PREDECESSOR_UNKNOWN') await listPermissions(world, report);
    // What was refused is tried again only after an hour, and what others did is reported.
    force =
      report?.outcome === 'waiting' ||
      report?.outcome === 'drifted' ||
      report?.error?.code === 'LIMIT_REACHED' ||
      (force && code === 2);
    if (report?.outcome === 'drifted' && !world.needsForce)
      world.broken.push(`${report.drifted?.join(', ')} drifted, and nobody did anything`);
    const unnamed = report?.kept.filter(({ reason }) => reason === 'unnamed') ?? [];
    const asked = [...unnamed.map(({ id }) => id), ...unconfirmed(report)];
    named = asked
      .filter((id) => isKnown(world, id))
      .slice(0, 1)
      .flatMap((id) => ['--replaces', id]);
    const isSeen = report?.kept.every(({ reason }) => reason !== 'unseen') ?? false;
    if (code === 0 && isSeen && named.length === 0 && AT_REST.has(report?.outcome ?? ''))
      return report;
  }
  return undefined;
}

/** The ledger has no token of keyturn's yet, so that names have to fit what is there. */
async function isFirstContact(world: World): Promise<boolean> {
  const { current, tokens } = await stateOf(world, world.configuration.rotation);
  return tokens.get(current ?? '')?.askedAt === undefined;
}

/** The token that the message asks the user to name: a copied folder has another place on this machine's list of named tokens. */
function unconfirmed(report: Report | undefined): readonly string[] {
  const [, id] = / --replaces (\S+?);/.exec(report?.error?.hint ?? '') ?? [];
  return id === undefined ? [] : [id];
}

/** The user names the first token, and those that keyturn made for this rotation. */
function isKnown(world: World, id: string): boolean {
  return id === world.replaces || ours(world).some((token) => token.id === id);
}

/** The user lists what the message shows, as it says: this machine never saw what a token may do that others deleted. */
async function listPermissions(world: World, { error }: Report): Promise<void> {
  const [, listed] = /in the ledger are: (.+)$/.exec(error?.hint ?? '') ?? [];
  if (listed === undefined) return;
  world.configuration.permissions = listed.split(', ');
  await writeConfiguration(world);
}

/** The user does what the message says: the names are made to fit. */
async function fillByHand(world: World): Promise<void> {
  const places = placesOf(world.configuration, world.folder);
  for (const place of places) await fill(world, place, inUse(world));
  keepOnly(world, places);
}

/** The user says that nothing reads the first token elsewhere; what does is announced. */
async function allowing(world: World): Promise<readonly string[]> {
  const { sinks } = await stateOf(world, world.configuration.rotation);
  const unseen = [...sinks.keys()].some((key) => key.endsWith('#elsewhere'));
  if (!unseen) return [];
  for (const [key, place] of world.watched)
    if ((await readPlace(world, place)).token === world.replaces) world.watched.delete(key);
  return ['--allow', 'missing-names'];
}

function keepOnly({ watched }: World, places: readonly JobPlace[]): void {
  watched.clear();
  for (const place of places) watched.set(keyOf(place), place);
}

/** Rules 2 and 5: the current token and those that are kept for a place that left, and no other. */
async function judgeTokens(world: World, report: Report): Promise<string[]> {
  const { current, kept, sinks = [] } = report;
  const now = new Date(Date.now() + world.ahead.by).toISOString();
  const side = world.configuration.settings.shared ? await sideAtRest(world) : undefined;
  const live = ours(world)
    .filter(({ exists, expiresAt = '9' }) => exists && expiresAt > now)
    .filter(({ id }) => !world.announced.orphans.has(id))
    .map(({ id }) => id);
  const due = new Set([current?.id ?? '', side ?? '', ...kept.map(({ id }) => id)]);
  const configured = new Set(sinks.map(({ id }) => id));
  const places = placesOf(world.configuration, world.folder);
  return [
    ...live.filter((id) => !due.has(id)).map((id) => `rule 2: ${id} is left`),
    ...(live.includes(current?.id ?? '') ? [] : [`rule 5: ${current?.id} does not exist`]),
    ...kept
      .filter(({ reason, sinks: by }) => reason !== 'held' || by.some((id) => configured.has(id)))
      .map(({ id, reason, sinks: by }) => `rule 2: ${id} is kept (${reason}: ${by.join(', ')})`),
    ...(kept.length > 0 && places.length === world.watched.size && !world.hasLeft
      ? [`rule 2: ${kept.map(({ id }) => id).join(', ')} kept, and no place ever left`]
      : []),
  ];
}

/** Rules 1 and 5: every job works with the current token. */
async function judgeJobs(world: World, { current }: Report): Promise<string[]> {
  const broken: string[] = [];
  for (const place of placesOf(world.configuration, world.folder)) {
    const { reads, token } = await readPlace(world, place);
    if (reads !== 'works' || token !== current?.id)
      broken.push(`rule 5: ${keyOf(place)} reads ${reads} ${token ?? ''}, not ${current?.id}`);
    else if (!(await runJob(world, place))) broken.push(`rule 5: a job of ${keyOf(place)} fails`);
  }
  return broken;
}

async function runJob(world: World, place: JobPlace): Promise<boolean> {
  const { sink, server, layout } = place;
  const { kind, target } = choiceOf(sink);
  if (kind === 'env' || server === 'second') return true;
  let spelt = target;
  for (const [from, to] of world.repositories) spelt = spelt.replace(from, to);
  const use = world.kind === service ? {} : { use: place.kind };
  const body = JSON.stringify({ sink: spelt, layout, names: readNames(place), ...use });
  const answer = await fetch(`${world.first.control}/ci-job`, { method: 'POST', body });
  return ((await answer.json()) as { ok?: boolean }).ok === true;
}

/** Rule 3: no secret in any file but the env files. */
async function judgeSecrets(world: World): Promise<string[]> {
  const secrets = secretsOf(world.first);
  const files = await snapshot(world.root, (path) => !path.endsWith('/.env.ci'));
  return [...files]
    .filter(([, text]) => secrets.some((secret) => text.includes(secret)))
    .map(([path]) => `rule 3: a secret in ${path}`);
}

/** A run after the last does nothing at all. */
async function judgeIdleRun(world: World): Promise<string[]> {
  const before = await snapshot(world.root);
  const asked = await changesAsked(world);
  const ended = await rotateOnce(world, []);
  const requests = (await changesAsked(world)) - asked;
  const files = changed(before, await snapshot(world.root));
  const outcome = reportOf(ended)?.outcome;
  return outcome === 'current' && requests === 0 && files.length === 0
    ? []
    : [
        `rule 5: a run after the last is ${outcome}, makes ${requests} requests, changes ${files.join(', ') || 'nothing'}`,
      ];
}

async function judgeChain(world: World): Promise<string[]> {
  const { code, stdout } = await run(world, ['history', '--json']);
  return code === 0 ? [] : [`history ends with ${code}: ${stdout.slice(0, 300)}`];
}

/** A monitor is content, unless a token is kept. */
async function judgeStatus(world: World, { kept }: Report): Promise<string[]> {
  const { code, stdout } = await run(world, ['status', '--check']);
  return code === 0 || (code === 6 && kept.length > 0)
    ? []
    : [`status --check ends with ${code}: ${stdout.slice(0, 600)}`];
}

async function setBackClocks({ first }: World): Promise<void> {
  const flags = { readLagMs: 0, omitDate: false, omitStamps: false };
  const clocks = { github: flags, gitlab: flags, circleci: flags, planetscale: flags, aws: flags };
  await fetch(`${first.control}/clocks`, { method: 'PUT', body: JSON.stringify(clocks) });
}

/** The other rotation goes on until it is at rest, too. */
async function rotateSideAtEnd(world: World, ...flags: readonly string[]): Promise<void> {
  if (!world.configuration.settings.shared) return;
  for (let runs = 0; runs < 4; runs++) {
    const came = await rotateSide(world, ...(runs === 0 ? flags : []));
    world.transcript.push(`end of the other: ${came}`);
    if (/^exit 0 (?:rotated|current)$/.test(came)) return;
    await sleep(SETTLE + 300);
  }
}

/** Others delete what they made, the user what nobody uses, or what matters least. */
async function makeRoom(world: World, ended: Awaited<ReturnType<typeof run>>): Promise<void> {
  const { announced, configuration } = world;
  const { others, orphans, condemned } = announced;
  const live = tokensOf(world).filter(({ exists }) => exists);
  if (live.some(({ id }) => others.has(id))) return void (await deleteOthers(world));
  const named = tokensNamed({ ...ended, isFaulty: false });
  const [least] = named.toSorted((one, other) => one.sinks - other.sinks);
  const id = live.find((one) => orphans.has(one.id))?.id ?? least?.id;
  if (id === undefined) return;
  condemned.add(id);
  const args = ['token', 'delete', id, '--rotation', configuration.rotation, '--force', '--yes'];
  await run(world, args);
}
