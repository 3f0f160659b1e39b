import {
  KeyturnError,
  parseDuration,
  type IssuerAdapter,
  type RotationRequest,
} from '@keyturn/core';
import type { Timing } from '@keyturn/core/unstable';

import type { RotationConfig } from '../config/config.ts';
import type { Session } from '../session/session.ts';
import { layoutOf } from './layout.ts';
import { aboutOf, readNamed } from './named.ts';
import { resolverFor, type Knowledge } from './resolve.ts';
import { select } from './select.ts';
import { nothingLeft, openSinks } from './sinks.ts';

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
  readonly breakGlass?: boolean;
  readonly revokeFirst?: boolean;
  readonly canary?: boolean;
  readonly allow?: readonly string[];
}

/** One rotation, with what finding its sinks told. */
export interface PlannedRequest extends RotationRequest {
  readonly policy: Timing;
  readonly warnings: readonly string[];
  /** Why its sinks are not known, so that it cannot run. */
  readonly failure?: KeyturnError;
  /** The requests that were made, by kind. */
  readonly asked: Readonly<Record<string, number>>;
}

/** Makes the request of one rotation, and opens its issuer and its sinks. */
export async function request(
  rotation: RotationConfig,
  issuerKind: string,
  issuerOptions: Readonly<Record<string, unknown>>,
  flags: RotationFlags,
  session: Session,
  knowledge: Knowledge,
): Promise<PlannedRequest> {
  const before = new Map(session.requests);
  const resolve = await resolverFor(rotation, flags.sink, knowledge, session);
  const [adapter, issuer, found] = await Promise.all([
    session.issuerAdapter(issuerKind),
    session.issuer(issuerKind, issuerOptions),
    openSinks(rotation.name, rotation.sinks, session, resolve),
  ]);
  const { sinks } = found;
  await checkPermissions(rotation, adapter);
  return {
    name: rotation.name,
    issuer,
    ...(await readNamed(aboutOf({ name: rotation.name, issuer }, session))),
    ...found,
    ...(sinks.length === 0 && knowledge === 'asked' && flags.sink.length === 0
      ? { failure: found.failure ?? nothingLeft(rotation.name) }
      : {}),
    asked: session.requestsSince(before),
    ...(flags.sink.length > 0 && { selected: await select(flags.sink, sinks, session) }),
    layout: layoutOf(rotation, adapter.names),
    drift: rotation.drift,
    spellings: [{ kind: 'pair', names: adapter.names.pair }, ...(adapter.names.others ?? [])],
    ...(flags.allow?.includes('missing-names') === true && { allowMissingNames: true }),
    policy: {
      maxAge: rotation.maxAge,
      grace: flags.grace === undefined ? rotation.grace : parseDuration(flags.grace),
      ...(rotation.quiet !== undefined && flags.grace === undefined && { quiet: rotation.quiet }),
      settle: rotation.settle,
    },
    permissions: rotation.permissions,
    ...(rotation.ttl !== undefined && { ttl: rotation.ttl }),
    ...(flags.replaces !== undefined && { replaces: flags.replaces }),
    force: flags.force ?? false,
    wait: flags.wait ?? false,
    dryRun: flags.dryRun ?? false,
    ...urgencyOf(flags),
    ...canaryOf(rotation, flags),
  };
}

/** What a permission looks like is the issuer's to say. */
async function checkPermissions(
  { name, permissions }: RotationConfig,
  { permission: schema }: IssuerAdapter,
): Promise<void> {
  if (permissions === 'copy' || schema === undefined) return;
  for (const one of permissions) {
    const { issues: [issue] = [] } = await schema['~standard'].validate(one);
    if (issue === undefined) continue;
    throw new KeyturnError(
      'CONFIG_INVALID',
      `rotations.${name}.token.permissions: "${one.slice(0, 100)}" ${issue.message}`,
      { effect: 'none' },
    );
  }
}

function urgencyOf({
  breakGlass,
  revokeFirst,
}: RotationFlags): Pick<RotationRequest, 'breakGlass'> {
  if (breakGlass === true)
    return { breakGlass: revokeFirst === true ? 'revoke-first' : 'replace-first' };
  if (revokeFirst !== true) return {};
  throw usage(
    '--revoke-first says how a leaked token is replaced, and none was said to have leaked',
    'Say --break-glass as well.',
  );
}

function canaryOf(
  { canary }: RotationConfig,
  flags: RotationFlags,
): Pick<RotationRequest, 'canary'> {
  if (canary !== undefined) return { canary };
  return flags.canary === true ? { canary: { timeout: parseDuration('10m') } } : {};
}

export function usage(message: string, hint: string): KeyturnError {
  return new KeyturnError('USAGE_INVALID', message, { hint, effect: 'none' });
}
