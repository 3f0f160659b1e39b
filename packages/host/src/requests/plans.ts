import { parseDuration, type RotationRequest } from '@keyturn/core';
import { layoutAt, storedNames } from '@keyturn/core/unstable';

import type { Config, RotationConfig } from '../config/config.ts';
import { withOptionPlaces } from '../config/issuer-option.ts';
import { usualIssuer } from '../adapters/own-kinds.ts';
import {
  nameShared,
  noConfigurationForRotation,
  nothingToRotate,
  replacesOneOnly,
  rotationNotFound,
  sinkNotFound,
  targetNotInferred,
} from '../messages.ts';
import { loadTrusted } from '../session/trusted.ts';
import { accountOptions } from './account.ts';
import { nameOf } from './name.ts';
import { parseJobs } from '../run/jobs.ts';
import { request, type PlannedRequest, type RotationFlags } from './request.ts';
import type { Knowledge } from './resolve.ts';
import { stateOf } from '../session/location.ts';
import { mapLimited } from '../session/limited.ts';
import { kindOf, Session } from '../session/session.ts';
import { configFile } from './store.ts';
import type { Surroundings } from '../surroundings.ts';

/** The rotations of a command, ready to run, with everything they need open. */
export interface Plans {
  readonly session: Session;
  readonly requests: readonly PlannedRequest[];
  /** How many rotations run at the same time. */
  readonly jobs: number;
  /** The configuration; undefined if there is only a command line. */
  readonly file: string | undefined;
  /** Who is notified. */
  readonly notify: Config['notify'] | undefined;
}

export const DEFAULT_SETTLE = parseDuration('2m');

/** Reads the configuration, or makes one from the command line, and opens what it names. Patterns are resolved here, once. */
export async function openPlans(
  names: readonly string[],
  flags: RotationFlags,
  surroundings: Surroundings,
  knowledge: Knowledge = 'asked',
): Promise<Plans> {
  const jobs = parseJobs(flags.jobs);
  const file = await configFile(flags, surroundings);
  const purpose = knowledge === 'read' ? 'reads' : 'acts';
  const config = await loadTrusted(
    { file, sinks: flags.sink, rotations: names, purpose },
    surroundings,
  );
  const directory = config?.directory ?? surroundings.directory;
  const session = new Session(surroundings, directory, {
    allow: flags.allow,
    purpose,
    state: stateOf(config),
  });
  const requests =
    config === undefined
      ? [await adHoc(names, flags, session, knowledge)]
      : await configured(config, { names, flags, jobs }, session, knowledge);
  if (flags.replaces !== undefined && requests.length !== 1) throw replacesOneOnly();
  return { session, requests, jobs, file, notify: config?.notify };
}

/** Opens the rotations of a configuration, or those with these names, in a session. */
export async function configured(
  config: Config,
  {
    names,
    flags,
    jobs,
  }: {
    readonly names: readonly string[];
    readonly flags: RotationFlags;
    readonly jobs: number;
  },
  session: Session,
  knowledge: Knowledge,
): Promise<PlannedRequest[]> {
  const known = config.rotations.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw rotationNotFound(unknown, config.file, known);
  const wanted = config.rotations.filter(({ name }) => names.length === 0 || names.includes(name));
  const given = await accountOptions(flags.org, config.issuer.kind, session);
  const ofAll = { kind: config.issuer.kind, options: { ...config.issuer.options, ...given } };
  const targets = wanted.flatMap(({ sinks }) => sinks);
  await session.useModules(targets);
  const issuers = new Set(wanted.map(({ issuer = ofAll }) => issuer));
  for (const { kind, options } of issuers)
    await session.refuseHosts({ issuer: kind, options, targets });
  const isAlone = wanted.length === 1 || jobs === 1;
  const opened = await mapLimited(wanted, jobs, async (one) => {
    try {
      return await session.counting(isAlone, () =>
        withOptionPlaces(config, one, given, () =>
          request(one, one.issuer ?? ofAll, flags, session, knowledge),
        ),
      );
    } catch (error) {
      return { error };
    }
  });
  const requests = opened.map((one) => {
    // Of several errors the first one in the file is reported, whichever came first.
    if ('error' in one) throw one.error;
    return { ...one.result, asked: one.spent };
  });
  refuseShared(requests);
  const selected = requests.filter(
    ({ selected: ids, failure }) => failure !== undefined || ids === undefined || ids.length > 0,
  );
  if (selected.length > 0) return selected;
  throw sinkNotFound(flags.sink, [...targets, ...targets.map(kindOf)]);
}

/** Two rotations that write the same name to the same sink would overwrite each other forever. */
function refuseShared(requests: readonly RotationRequest[]): void {
  const owners = new Map<string, string>();
  for (const one of requests)
    for (const { id } of one.sinks)
      for (const name of storedNames(layoutAt(one, id))) {
        const owner = owners.get(`${id} ${name}`);
        if (owner !== undefined) throw nameShared([owner, one.name], name, id);
        owners.set(`${id} ${name}`, one.name);
      }
}

/** The rotations that have a ledger here, by their names alone; none if that cannot be found out. Closes the session. */
async function recorded(session: Session): Promise<readonly string[]> {
  try {
    return await (await session.plainStore()).rotations();
  } catch {
    return [];
  } finally {
    await session.close();
  }
}

/** Without a configuration, the command line defines the rotation; the same line names the same ledger again. */
async function adHoc(
  names: readonly string[],
  flags: RotationFlags,
  session: Session,
  knowledge: Knowledge,
): Promise<PlannedRequest> {
  const [first] = names;
  if (first !== undefined) throw noConfigurationForRotation(first);
  if (flags.sink.length === 0) throw nothingToRotate(await recorded(session));
  await session.useModules(flags.sink);
  const targets = await Promise.all(
    flags.sink.map(async (sink) => (sink.includes(':') ? sink : infer(sink, session))),
  );
  const kind = usualIssuer();
  const options = await accountOptions(flags.org, kind, session);
  const rotation: RotationConfig = {
    name: await nameOf(await session.issuer(kind, options), targets, session),
    maxAge: parseDuration('90d'),
    grace: parseDuration('1h'),
    settle: DEFAULT_SETTLE,
    drift: 'report',
    permissions: 'copy',
    layout: 'pair',
    sinks: targets,
  };
  const { result, spent } = await session.counting(true, () =>
    request(rotation, { kind, options }, { ...flags, sink: [] }, session, knowledge),
  );
  return { ...result, asked: spent };
}

async function infer(kind: string, session: Session): Promise<string> {
  const target = await session.infer(kind);
  if (target !== undefined) return target;
  throw targetNotInferred(kind);
}
