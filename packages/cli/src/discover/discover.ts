import type { DefaultNames, IssuerAccount } from '@keyturn/core';

import type { Addition } from '../scaffold/edit-config.ts';
import type { Host } from '../host.ts';
import { searchedNames } from './layouts.ts';
import { placesOf, type Place } from './places.ts';
import { searchProgress } from './progress.ts';
import { propose } from './propose.ts';
import { search, type Findings } from './search.ts';
import { findConfig, type Config } from '@keyturn/host/config';
import { loadTrusted, Session, usualIssuer } from '@keyturn/host/session';

/** The results of a search, and what they mean for the configuration. */
export interface Discovery {
  /** The configuration, if there is one. */
  readonly config: Config | undefined;
  readonly defaults: DefaultNames;
  /** How the issuer names its account. */
  readonly account: IssuerAccount | undefined;
  readonly issuer: string;
  readonly findings: Findings;
  readonly places: readonly Place[];
  readonly additions: readonly Addition[];
}

/** Searches, and compares the results with the configuration if there is one. */
export async function discover(
  scopes: readonly string[],
  flags: {
    readonly config?: string;
    readonly name: readonly string[];
    readonly allow?: readonly string[];
  },
  host: Host,
): Promise<Discovery> {
  const file = await findConfig({
    directory: host.directory,
    env: host.env,
    uid: host.uid,
    ...(flags.config !== undefined && { explicit: flags.config }),
  });
  const config = await loadTrusted({ file, sinks: scopes, rotations: [] }, host);
  const session = new Session(host, config?.directory ?? host.directory, { allow: flags.allow });
  try {
    const issuer = await session.issuerAdapter(config?.issuer.kind ?? usualIssuer());
    await session.useModules([
      ...scopes,
      ...(config?.rotations.flatMap(({ sinks }) => sinks) ?? []),
    ]);
    const progress = searchProgress(session, host);
    const names = searchedNames(issuer.names, flags.name);
    const findings = await search(scopes, names, session, progress.found).finally(progress.end);
    const places = await placesOf(findings.usages, issuer.names, config, session);
    const additions = propose(places, config, issuer.names);
    const { kind, names: defaults, account } = issuer;
    return { config, issuer: kind, account, defaults, findings, places, additions };
  } finally {
    await session.close();
  }
}
