import {
  parseDuration,
  type IssuerAdapter,
  type KeyturnError,
  type RotationRequest,
} from '@keyturn/core';
import type { Timing } from '@keyturn/core/unstable';

import type { IssuerConfig, RotationConfig } from '../config/config.ts';
import { noSinksLeft, permissionInvalid, revokeFirstAlone } from '../messages.ts';
import type { Session } from '../session/session.ts';
import { layoutsOf } from './layout.ts';
import { aboutOf, readNamed } from './named.ts';
import { resolverFor, type Knowledge } from './resolve.ts';
import { select } from './select.ts';
import { openSinks } from './sinks.ts';

/** Options of the command line that concern rotations. */
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
  /** How many rotations run at the same time, as written. */
  readonly jobs?: string;
}

/** One rotation, with the result of opening its sinks. */
export interface PlannedRequest extends RotationRequest {
  readonly policy: Timing;
  readonly warnings: readonly string[];
  /** Why its sinks are unknown, so that it cannot run. */
  readonly failure?: KeyturnError;
  /** The requests that were made, by kind. */
  readonly asked: Readonly<Record<string, number>>;
}

/** Creates the request of one rotation, and opens its issuer and its sinks. */
export async function request(
  rotation: RotationConfig,
  { kind, options }: IssuerConfig,
  flags: RotationFlags,
  session: Session,
  knowledge: Knowledge,
): Promise<Omit<PlannedRequest, 'asked'>> {
  const resolve = await resolverFor(rotation, flags.sink, knowledge, session);
  const [adapter, issuer, found] = await Promise.all([
    session.issuerAdapter(kind),
    session.issuer(kind, options),
    openSinks(rotation.name, rotation.sinks, session, resolve),
  ]);
  const { entries, ...places } = found;
  const { sinks } = places;
  await checkPermissions(rotation, adapter);
  return {
    name: rotation.name,
    issuer,
    ...(await readNamed(aboutOf({ name: rotation.name, issuer }, session))),
    ...places,
    ...(sinks.length === 0 && knowledge === 'asked' && flags.sink.length === 0
      ? { failure: found.failure ?? noSinksLeft(rotation.name) }
      : {}),
    ...(flags.sink.length > 0 && { selected: await select(flags.sink, sinks, session) }),
    ...layoutsOf(rotation, adapter, entries),
    drift: rotation.drift,
    spellings: [{ kind: 'pair', names: adapter.names.pair }, ...(adapter.names.others ?? [])],
    ...(flags.allow?.includes('missing-names') === true && { allowMissingNames: true }),
    policy: {
      maxAge: rotation.maxAge,
      grace: flags.grace === undefined ? rotation.grace : parseDuration(flags.grace),
      ...(rotation.quiet !== undefined && flags.grace === undefined && { quiet: rotation.quiet }),
      settle: rotation.settle,
      ...(rotation.pause !== undefined && { pause: rotation.pause }),
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

/** Only the issuer knows what a permission looks like. */
async function checkPermissions(
  { name, permissions }: RotationConfig,
  { permission: schema }: IssuerAdapter,
): Promise<void> {
  if (permissions === 'copy' || schema === undefined) return;
  for (const one of permissions) {
    const { issues: [issue] = [] } = await schema['~standard'].validate(one);
    if (issue === undefined) continue;
    throw permissionInvalid(name, one, issue.message);
  }
}

function urgencyOf({
  breakGlass,
  revokeFirst,
}: RotationFlags): Pick<RotationRequest, 'breakGlass'> {
  if (breakGlass === true)
    return { breakGlass: revokeFirst === true ? 'revoke-first' : 'replace-first' };
  if (revokeFirst === true) throw revokeFirstAlone();
  return {};
}

function canaryOf(
  { canary }: RotationConfig,
  flags: RotationFlags,
): Pick<RotationRequest, 'canary'> {
  if (canary !== undefined) return { canary };
  return flags.canary === true ? { canary: { timeout: parseDuration('10m') } } : {};
}
