import { nearest, parseDuration, type RotationRequest } from '@keyturn/core';
import { storedNames } from '@keyturn/core/unstable';

import type { Config, RotationConfig } from '../config/config.ts';
import { usualIssuer } from '../adapters/own-kinds.ts';
import { loadTrusted } from '../session/trusted.ts';
import { nameOf } from './name.ts';
import { request, usage, type PlannedRequest, type RotationFlags } from './request.ts';
import type { Knowledge } from './resolve.ts';
import { kindOf, Session } from '../session/session.ts';
import { configFile } from './store.ts';
import type { Surroundings } from '../surroundings.ts';

/** The rotations that a command is about, ready to run, with everything they need open. */
export interface Plans {
  readonly session: Session;
  readonly requests: readonly PlannedRequest[];
  /** The configuration; undefined where the command line is all there is. */
  readonly file: string | undefined;
  /** Who is told what happened. */
  readonly notify: Config['notify'] | undefined;
}

export const DEFAULT_SETTLE = parseDuration('2m');

/** Reads the configuration, or makes one of the command line, and opens what it names. Patterns are resolved here, once. */
export async function openPlans(
  names: readonly string[],
  flags: RotationFlags,
  surroundings: Surroundings,
  knowledge: Knowledge = 'asked',
): Promise<Plans> {
  const file = await configFile(flags, surroundings);
  const purpose = knowledge === 'read' ? 'reads' : 'acts';
  const config = await loadTrusted(
    { file, sinks: flags.sink, rotations: names, purpose },
    surroundings,
  );
  const directory = config?.directory ?? surroundings.directory;
  const session = new Session(surroundings, directory, new Set(flags.allow), {}, purpose);
  const requests =
    config === undefined
      ? [await adHoc(names, flags, session, knowledge)]
      : await configured(config, names, flags, session, knowledge);
  if (flags.replaces !== undefined && requests.length !== 1)
    throw usage(
      '--replaces names one token, and several rotations were meant',
      'Name the rotation: keyturn rotate NAME --replaces TOKEN_ID',
    );
  return { session, requests, file, notify: config?.notify };
}

async function configured(
  config: Config,
  names: readonly string[],
  flags: RotationFlags,
  session: Session,
  knowledge: Knowledge,
): Promise<PlannedRequest[]> {
  const known = config.rotations.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw usage(`there is no rotation "${unknown}" in ${config.file}`, didYouMean(unknown, known));
  const wanted = config.rotations.filter(({ name }) => names.length === 0 || names.includes(name));
  const options = { ...config.issuer.options, ...(flags.org !== undefined && { org: flags.org }) };
  const targets = wanted.flatMap(({ sinks }) => sinks);
  await session.useModules(targets);
  const { kind } = config.issuer;
  await session.refuseHosts({ issuer: kind, options, targets });
  const requests: PlannedRequest[] = [];
  for (const one of wanted)
    requests.push(await request(one, kind, options, flags, session, knowledge));
  refuseShared(requests);
  const selected = requests.filter(
    ({ selected: ids, failure }) => failure !== undefined || ids === undefined || ids.length > 0,
  );
  if (selected.length > 0) return selected;
  const filters = flags.sink.join(', ');
  throw usage(
    `no rotation has a sink ${filters}`,
    didYouMean(flags.sink[0] ?? '', [...targets, ...targets.map(kindOf)]),
  );
}

/** Two rotations that write the same name of the same sink would overwrite each other for ever. */
function refuseShared(requests: readonly RotationRequest[]): void {
  const owners = new Map<string, string>();
  for (const { name: rotation, sinks, layout } of requests)
    for (const { id } of sinks)
      for (const name of storedNames(layout)) {
        const owner = owners.get(`${id} ${name}`);
        if (owner !== undefined)
          throw usage(
            `${owner} and ${rotation} both write ${name} of ${id}`,
            'Give one of them other names, or remove the sink from it.',
          );
        owners.set(`${id} ${name}`, rotation);
      }
}

/** Without a configuration the command line is the rotation; the same line names the same ledger again. */
async function adHoc(
  names: readonly string[],
  flags: RotationFlags,
  session: Session,
  knowledge: Knowledge,
): Promise<PlannedRequest> {
  if (names.length > 0)
    throw usage(
      `there is no configuration that could have a rotation "${names[0]}"`,
      'Run keyturn init to write one, or name sinks: keyturn rotate --sink github:acme/web',
    );
  if (flags.sink.length === 0)
    throw usage(
      'there is nothing to rotate: no configuration was found and no sink was named',
      'Run keyturn init to set it all up, or name a sink: keyturn rotate --sink github:acme/web --org acme',
    );
  await session.useModules(flags.sink);
  const targets = await Promise.all(
    flags.sink.map(async (sink) => (sink.includes(':') ? sink : infer(sink, session))),
  );
  const kind = usualIssuer();
  const options = flags.org === undefined ? {} : { org: flags.org };
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
  return request(rotation, kind, options, { ...flags, sink: [] }, session, knowledge);
}

async function infer(kind: string, session: Session): Promise<string> {
  const target = await session.infer(kind);
  if (target !== undefined) return target;
  throw usage(`it is not clear which ${kind} target is meant`, `Name it: --sink ${kind}:PATH`);
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined
    ? `Choose among ${[...new Set(candidates)].join(', ')}.`
    : `Did you mean "${meant}"?`;
}
