import type { EnvironmentVariable } from '@keyturn/core';

import type { Host } from '../../host.ts';
import { STORE } from '../../messages-of-checks.ts';
import type { AdapterEvidence, Evidence, IssuerEvidence, Result } from '../evidence.ts';
import { findConfiguration } from './configuration.ts';
import { lookAtDrift } from './drift.ts';
import { Hosts } from './hosts.ts';
import { askIssuer } from './issuer.ts';
import { lookAmong, openIssuers, type OpenedIssuer, type OpenedIssuers } from './issuers.ts';
import { readLedgers } from './ledgers.ts';
import { lookForLeftovers } from './leftovers.ts';
import { lookAtNetwork } from './network.ts';
import { createProbes, type Probes } from './probe.ts';
import type { SinkChoice } from './place.ts';
import { askSinks } from './sinks.ts';
import { askStore } from './store.ts';
import { lookAtVariables } from './variables.ts';
import { accountOptions, kindOf, Session, stateOf, usualIssuer } from '@keyturn/host/session';
import type { GatherFlags } from './flags.ts';

/** Checks everything concurrently, within the time limit, and changes nothing. */
export async function gather(
  flags: GatherFlags,
  milliseconds: number,
  host: Host,
): Promise<Evidence> {
  const probes = createProbes(host.signal, milliseconds);
  try {
    return await look(flags, patience(milliseconds), host, probes);
  } finally {
    probes.close();
  }
}

async function look(
  flags: GatherFlags,
  requests: ReturnType<typeof patience>,
  host: Host,
  probes: Probes,
): Promise<Evidence> {
  const { run, signal } = probes;
  const {
    evidence: configuration,
    config,
    directory,
  } = await findConfiguration(flags, host, probes);
  const hosts = new Hosts();
  const session = new Session({ ...host, signal }, directory, {
    allow: flags.allow,
    patience: requests,
    state: stateOf(config),
  });
  session.onRequest((_, observation) => hosts.note(observation, host.clock.now()));
  const kind = config?.issuer.kind ?? usualIssuer();
  const given = await run(kind, () => accountOptions(flags.org, kind, session));
  const choice = { kind, options: { ...config?.issuer.options, ...given.value } };
  const rotations: readonly SinkChoice[] = config?.rotations ?? commandLine(flags.sink);
  const filters = config === undefined ? [] : flags.sink;
  try {
    const issuers = await openIssuers(choice, rotations, session, probes);
    const { issuer } = issuers.common;
    const adapters = await loadAdapters(issuers, rotations, session, probes);
    // If a host is rejected, nothing is requested, not even elsewhere.
    if (config !== undefined)
      for (const { choice: one, adapter } of [issuers.common, ...issuers.others])
        await session.refuseHosts({
          issuer: one.kind,
          options: adapter.value === undefined ? {} : one.options,
          targets: rotations.flatMap(({ sinks }) => sinks),
        });
    const opened = await run(STORE, () => session.store());
    const ledgers = await readLedgers(rotations, opened.value, probes);
    const concerned = [issuer.value?.actingToken?.(), flags.tokenId];
    const tokens = new Set(concerned.filter((id) => id !== undefined));
    const [asked, others, token, { places, left, ...sinks }, store, network] = await Promise.all([
      askOne(issuers.common, probes),
      Promise.all(issuers.others.map((one) => askOne(one, probes))),
      flags.tokenId === undefined ? undefined : lookAmong(flags.tokenId, issuers, session, probes),
      askSinks(rotations, filters, issuers, ledgers, session, probes),
      opened.value === undefined ? opened : askStore(opened.value, tokens, probes).then(wrapped),
      lookAtNetwork(host.env),
    ]);
    const checked = places.map(({ sink }) => sink);
    const leftovers = await lookForLeftovers(checked, left, ledgers, session, probes);
    const drift = await lookAtDrift(rotations, places, ledgers, issuers, probes);
    const security =
      flags.security === true
        ? await (
            await import('./security.ts')
          ).lookAtSecurity(rotations, ledgers, asked.value, session, probes)
        : undefined;
    return {
      now: host.clock.now(),
      about: host.about(),
      configuration,
      adapters: adapters.evidence,
      variables: lookAtVariables(adapters.variables, host.env),
      issuer: asked,
      otherIssuers: others,
      ...(token !== undefined && { token }),
      sinks,
      store,
      leftovers,
      drift,
      network,
      ...(security !== undefined && { security }),
      hosts: hosts.evidence,
    };
  } finally {
    await session.close();
  }
}

async function askOne({ issuer }: OpenedIssuer, probes: Probes): Promise<Result<IssuerEvidence>> {
  return issuer.value === undefined ? issuer : wrapped(await askIssuer(issuer.value, probes));
}

/** Two tries must fit into the time limit, so that the error of a host can be reported. */
function patience(milliseconds: number) {
  const deadline = Math.ceil(milliseconds * 0.35);
  return {
    retries: 1,
    maxWaitMs: 2_000,
    deadlines: { connectMs: deadline, headersMs: deadline, totalMs: Math.ceil(milliseconds * 0.4) },
  };
}

function commandLine(sinks: readonly string[]): SinkChoice[] {
  return sinks.length === 0 ? [] : [{ name: '--sink', layout: 'pair', sinks }];
}

function wrapped<Value>(value: Value): Result<Value> {
  return { value };
}

/** Loads the configured adapters. They declare which variables to check. */
async function loadAdapters(
  issuers: OpenedIssuers,
  rotations: readonly SinkChoice[],
  session: Session,
  { run }: Probes,
) {
  const texts = rotations.flatMap(({ sinks }) => sinks).map((text) => text.replace(/^!/, ''));
  const evidence: Result<AdapterEvidence>[] = [issuers.common, ...issuers.others].map(
    ({ adapter, choice }) =>
      adapter.error === undefined ? { value: { role: 'issuer', kind: choice.kind } } : adapter,
  );
  const variables: EnvironmentVariable[] = [];
  for (const kind of new Set(texts.map(kindOf))) {
    const sink = await run(kind, () => session.sinkAdapter(kind));
    if (sink.value !== undefined) variables.push(...sink.value.env);
    evidence.push(
      sink.error === undefined ? { value: { role: 'sink', kind: sink.value.kind } } : sink,
    );
  }
  return { evidence, variables };
}
