import { createHash } from 'node:crypto';
import { dirname } from 'node:path';

import {
  KeyturnError,
  layoutNames,
  nearest,
  parseDuration,
  type Layout,
  type RotationRequest,
  type SecretSink,
} from '@keyturn/core';

import { findConfig, loadConfig, type Config, type RotationConfig } from '../config/index.ts';
import type { Host } from '../host.ts';
import { kindOf, Session } from './session.ts';

/** What the command line says about rotations. */
export interface RotationFlags {
  readonly config?: string;
  readonly org?: string;
  readonly sink: readonly string[];
  readonly replaces?: string;
  readonly grace?: string;
  readonly wait?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly allow?: readonly string[];
}

/** The rotations that a command is about, ready to run, with everything they need open. */
export interface Plans {
  readonly session: Session;
  readonly requests: readonly RotationRequest[];
}

const ISSUER = 'planetscale';

/** Reads the configuration, or makes one of the command line, and opens what it names. */
export async function openPlans(
  names: readonly string[],
  flags: RotationFlags,
  host: Host,
): Promise<Plans> {
  const file = await findConfig({
    directory: host.directory,
    env: host.env,
    ...(flags.config !== undefined && { explicit: flags.config }),
  });
  const config = file === undefined ? undefined : await loadConfig(file);
  const session = new Session(
    host,
    file === undefined ? host.directory : dirname(file),
    new Set(flags.allow),
  );
  const requests =
    config === undefined
      ? [await adHoc(names, flags, session)]
      : await configured(config, names, flags, session);
  if (flags.replaces !== undefined && requests.length !== 1)
    throw usage(
      '--replaces names one token, and several rotations were meant',
      'Name the rotation: keyturn rotate NAME --replaces TOKEN_ID',
    );
  return { session, requests };
}

async function configured(
  config: Config,
  names: readonly string[],
  flags: RotationFlags,
  session: Session,
): Promise<RotationRequest[]> {
  const known = config.rotations.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw usage(`there is no rotation "${unknown}" in ${config.file}`, didYouMean(unknown, known));
  const wanted = config.rotations.filter(({ name }) => names.length === 0 || names.includes(name));
  const options = { ...config.issuer.options, ...(flags.org !== undefined && { org: flags.org }) };
  const requests = await Promise.all(
    wanted.map((one) => request(one, config.issuer.kind, options, flags, session)),
  );
  refuseShared(requests);
  const selected = requests.filter(({ selected: ids }) => ids === undefined || ids.length > 0);
  if (selected.length > 0) return selected;
  const targets = wanted.flatMap(({ sinks }) => sinks);
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
      for (const name of layoutNames(layout)) {
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
): Promise<RotationRequest> {
  if (names.length > 0)
    throw usage(
      `there is no configuration that could have a rotation "${names[0]}"`,
      'Write keyturn.config.yaml, or name sinks: keyturn rotate --sink github:acme/web',
    );
  if (flags.sink.length === 0)
    throw usage(
      'there is nothing to rotate: no configuration was found and no sink was named',
      'Write keyturn.config.yaml, or name a sink: keyturn rotate --sink github:acme/web --org acme',
    );
  const targets = await Promise.all(
    flags.sink.map(async (sink) => (sink.includes(':') ? sink : infer(sink, session))),
  );
  const rotation: RotationConfig = {
    name: '',
    maxAge: parseDuration('90d'),
    grace: parseDuration('1h'),
    settle: parseDuration('2m'),
    permissions: 'copy',
    layout: 'pair',
    sinks: targets,
  };
  const options = flags.org === undefined ? {} : { org: flags.org };
  const { sink: _, ...rest } = flags;
  const made = await request(rotation, ISSUER, options, { ...rest, sink: [] }, session);
  return { ...made, name: nameOf(made) };
}

async function infer(kind: string, session: Session): Promise<string> {
  const target = await session.infer(kind);
  if (target !== undefined) return target;
  throw usage(`it is not clear which ${kind} target is meant`, `Name it: --sink ${kind}:PATH`);
}

/** Named after what it rotates, readable, and different for every set of issuer and sinks. */
function nameOf({ issuer, sinks }: RotationRequest): string {
  const ids = sinks.map(({ id }) => id).toSorted();
  const hash = createHash('sha256')
    .update([issuer.id, ...ids].join('\n'))
    .digest('hex')
    .slice(0, 8);
  const readable = ids
    .join('-')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 40);
  return `${readable}-${hash}`;
}

async function request(
  rotation: RotationConfig,
  issuerKind: string,
  issuerOptions: Readonly<Record<string, unknown>>,
  flags: RotationFlags,
  session: Session,
): Promise<RotationRequest> {
  const [adapter, issuer, sinks] = await Promise.all([
    session.adapters.load('issuer', issuerKind),
    session.issuer(issuerKind, issuerOptions),
    Promise.all(rotation.sinks.map((target) => session.sink(target))),
  ]);
  const duplicate = sinks.find(
    ({ id }, index) => sinks.findIndex((other) => other.id === id) !== index,
  );
  if (duplicate !== undefined)
    throw usage(
      `${rotation.name || 'the rotation'} names the sink ${duplicate.id} twice`,
      'Remove one of the two.',
    );
  return {
    name: rotation.name,
    issuer,
    sinks,
    ...(flags.sink.length > 0 && { selected: await select(flags.sink, sinks, session) }),
    layout: layoutOf(rotation, adapter.names),
    policy: {
      maxAge: rotation.maxAge,
      grace: flags.grace === undefined ? rotation.grace : parseDuration(flags.grace),
      settle: rotation.settle,
    },
    permissions: rotation.permissions,
    ...(rotation.ttl !== undefined && { ttl: rotation.ttl }),
    ...(flags.replaces !== undefined && { replaces: flags.replaces }),
    force: flags.force ?? false,
    wait: flags.wait ?? false,
    dryRun: flags.dryRun ?? false,
  };
}

/** The ids that the filters mean: a kind means every sink of that kind. */
async function select(
  filters: readonly string[],
  sinks: readonly SecretSink[],
  session: Session,
): Promise<string[]> {
  const targets = await Promise.all(
    filters.filter((filter) => filter.includes(':')).map((filter) => session.sink(filter)),
  );
  const ids = new Set(targets.map(({ id }) => id));
  return sinks.filter(({ id, kind }) => ids.has(id) || filters.includes(kind)).map(({ id }) => id);
}

function layoutOf(
  { layout, names }: RotationConfig,
  defaults: {
    readonly pair: Readonly<Record<string, string>>;
    readonly joined: string;
    readonly file: string;
  },
): Layout {
  const { joined = defaults.joined, file = defaults.file, ...fields } = names ?? {};
  const pair = { ...defaults.pair, ...fields };
  if (layout === 'pair') return { kind: 'pair', names: pair };
  return layout === 'joined'
    ? { kind: 'joined', name: joined }
    : { kind: 'file', name: file, names: pair };
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined
    ? `It has ${[...new Set(candidates)].join(', ')}.`
    : `Did you mean "${meant}"?`;
}

function usage(message: string, hint: string): KeyturnError {
  return new KeyturnError('USAGE_INVALID', message, { hint, effect: 'none' });
}
