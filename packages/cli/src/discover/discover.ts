import type { DefaultNames, IssuerAccount } from '@keyturn/core';

import type { Addition } from '../scaffold/edit-config.ts';
import type { Host } from '../host.ts';
import { searchedNames, withLayouts } from './layouts.ts';
import { placesOf, type Place } from './places.ts';
import { searchProgress } from './progress.ts';
import { propose } from './propose.ts';
import { search, type Findings } from './search.ts';
import { checkoutOf, pipelinesHere } from '../workflows/here.ts';
import type { Pipelines } from '../workflows/read.ts';
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
  /** What the pipelines of the checkout read. */
  readonly pipelines: Pipelines;
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
    const pipelines = await pipelinesHere(await checkoutOf(host.directory), issuer, session);
    const defaults = withLayouts(
      issuer.names,
      pipelines.uses.map(({ layout }) => layout),
    );
    const names = searchedNames(defaults, flags.name);
    const findings = await search(scopes, names, session, progress.found).finally(progress.end);
    const places = await placesOf(findings.usages, defaults, config, session);
    const additions = propose(places, config, defaults);
    const { kind, account } = issuer;
    return { config, issuer: kind, account, defaults, findings, pipelines, places, additions };
  } finally {
    await session.close();
  }
}
