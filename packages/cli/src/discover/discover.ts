import type { DefaultNames, IssuerAdapter } from '@keyturn/core';

import type { Addition } from '../scaffold/edit-config.ts';
import type { Host } from '../host.ts';
import { searchedNames, withLayouts } from './layouts.ts';
import { keptBy } from './kept.ts';
import { placesOf, type Place } from './places.ts';
import { searchProgress } from './progress.ts';
import { namesRead, proposalsFor, type Proposal } from './proposals.ts';
import { propose } from './propose.ts';
import { search, type Findings } from './search.ts';
import { pipelinesHere } from '../workflows/here.ts';
import type { Pipelines } from '../workflows/read.ts';
import { readsHere } from '../workflows/rotatable.ts';
import { findConfig, type Config } from '@keyturn/host/config';
import { checkoutOf, loadTrusted, Session, usualIssuer } from '@keyturn/host/session';

/** The results of a search, and what they mean for the configuration. */
export interface Discovery {
  /** The configuration, if there is one. */
  readonly config: Config | undefined;
  readonly defaults: DefaultNames;
  /** The issuer of what is proposed. */
  readonly issuer: IssuerAdapter;
  /** It is not the configuration's, so that each new rotation names it. */
  readonly isOwn: boolean;
  readonly findings: Findings;
  /** What the pipelines of the checkout read. */
  readonly pipelines: Pipelines;
  readonly places: readonly Place[];
  readonly additions: readonly Addition[];
  /** What pipelines read beside that, of every installed issuer. */
  readonly proposals: readonly Proposal[];
}

export interface DiscoverInput {
  readonly config?: string;
  /** The kind of the issuer. @default the configuration's */
  readonly issuer?: string;
  readonly name: readonly string[];
  readonly allow?: readonly string[];
}

/** Searches, and compares the results with the configuration if there is one. */
export async function discover(
  scopes: readonly string[],
  flags: DiscoverInput,
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
    const common = config?.issuer.kind;
    const issuer = await session.issuerAdapter(flags.issuer ?? common ?? usualIssuer());
    const isOwn = common !== undefined && common !== issuer.kind;
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
    const reads = await readsHere(session);
    const ofOthers = namesRead(reads).filter((name) => !names.includes(name));
    const searched = [...names, ...ofOthers];
    const found = await search(scopes, searched, session, progress.found).finally(progress.end);
    const kept = await keptBy(config, defaults, session);
    const findings = {
      ...found,
      usages: found.usages.filter(({ name }) => !ofOthers.includes(name)),
    };
    const places = await placesOf(findings.usages, defaults, kept, session);
    const additions = propose(places, { issuer: issuer.kind, isOwn }, kept, defaults);
    const proposals = await proposalsFor(reads, { kept, additions }, found.usages, session);
    return {
      config,
      issuer,
      isOwn,
      defaults,
      findings,
      pipelines,
      places,
      additions,
      proposals,
    };
  } finally {
    await session.close();
  }
}
