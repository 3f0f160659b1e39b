import type { PipelineCredential } from '@keyturn/core';

import { discover, type Discovery } from '../discover/discover.ts';
import { findingsText, fixedTexts } from '../discover/text.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { movePipeline, nobodyToAsk } from '../messages.ts';
import { painter, roomOf } from '../output/style.ts';
import { hanging } from '../output/wrap.ts';
import { promptsOf, type Prompts } from '../prompt/prompts.ts';
import { HEARTBEAT, type Wanted } from '../scaffold/pipeline/pipeline.ts';
import { checkCredential } from '../scaffold/pipeline/words.ts';
import { credentialsFor, systemCalled, type System } from './systems.ts';
import { inPipelineState, isSigned, offerAdoption, withTokens } from './adopting.ts';
import { chooseAdditions, isLocal, kindsOf, plannedRotations } from './additions.ts';
import { askHeartbeat, askSystem, askTimes, readTokens, type InitFlags } from './answers.ts';
import type { Detection } from './detect.ts';
import { chooseIssuer } from './issuer.ts';
import { fitAdditions } from './fitting.ts';
import { planConfig, planIgnore, planPipeline, type Planned } from './files.ts';
import { freshAmong, missingForPlan } from './missing.ts';
import { nextText } from './next.ts';
import { packagesFor, type Pinned } from './packages.ts';
import { installedFrom, lineHere, planRunner } from './runner.ts';
import { writeFiles } from './write.ts';
import { count } from '@keyturn/host/text';
import type { IssuerConfig } from '@keyturn/host/config';
import { Session } from '@keyturn/host/session';

/** `keyturn init`: creates a configuration and a pipeline. Shows every file before it is written. */
export async function wizard(
  words: readonly string[],
  flags: InitFlags,
  host: Host,
): Promise<ExitCode> {
  const isSilent = flags.yes === true || flags.dryRun === true;
  const prompts = isSilent ? undefined : promptsOf(host);
  if (prompts === undefined && !isSilent) throw nobodyToAsk();
  const { stderr } = host;
  const { allow = [] } = flags;
  const heading = (text: string): void => stderr.write(`\n${painter(stderr)('bold', text)}\n`);

  heading('Tokens');
  const { issuer, detection, isOwn, others } = await chooseIssuer(flags, host, prompts);
  if (flags.ci !== undefined) systemCalled(flags.ci, detection.known);
  const tokens = await readTokens({ issuer, allow }, host, prompts);
  if (tokens !== undefined)
    stderr.write(`  ${accountOf(issuer)} has ${count(tokens.length, 'token')}.\n`);

  heading('Where they are used');
  const scopes = words.length > 0 ? words : await askScopes(detection, prompts);
  const discovery = await discover(scopes, { name: flags.name, issuer: issuer.kind, allow }, host);
  stderr.write(findingsText(discovery, { ...host, stdout: stderr }));
  const fitted = await fitAdditions(discovery, host);
  for (const text of fitted.byHand) stderr.write(`  ${text}\n`);
  const chosen = await chooseAdditions(discovery, fitted, detection, prompts);
  const additions = isOwn ? chosen.map((one) => (one.isNew ? { ...one, issuer } : one)) : chosen;

  heading('Rotation');
  const times = await askTimes(discovery.config === undefined ? flags : KEPT_TIMES, prompts);
  const rotations = plannedRotations(discovery, additions);
  const distant = rotations.filter((one) => !isLocal(one));
  const system = distant.length === 0 ? undefined : await askSystem(flags, detection, prompts);
  const heartbeat = await askHeartbeat(discovery.config, system, prompts);
  const issuers = [issuer.kind, ...others];
  const packages = await packagesFor(issuers, kindsOf(rotations), host);
  const here = await lineHere(packages, host);
  const credentials = [
    ...(await credentialsOfKinds(issuers, kindsOf(distant), host)),
    ...(heartbeat === undefined ? [] : [heartbeatIn(heartbeat)]),
  ];
  // No names means all rotations.
  const names = distant.length === rotations.length ? [] : distant.map(({ name }) => name);
  const config = await planConfig(
    discovery,
    additions,
    { issuer: discovery.issuer, options: issuer.options, heartbeat, ...times },
    host,
  );
  const planned: readonly Planned[] = [
    config,
    ...(system === undefined
      ? []
      : await planSystem(system, { credentials, names }, packages, host)),
  ];
  const files = planned.flatMap((one) => one.files);

  const missing = await missingForPlan(discovery, additions, tokens, host);
  if (missing.length > 0) {
    heading('Before the first plan');
    for (const text of missing)
      stderr.write(`${hanging(text, roomOf(stderr), '  • ', '    ').join('\n')}\n`);
  }

  heading('Files');
  await writeFiles(files, flags, host, prompts);
  if (flags.dryRun === true) return exitCodes.done;
  const seen = withTokens(
    // A configuration that is extended by hand does not have them yet.
    config.byHand.length === 0 ? rotations : rotations.filter(isKnown(discovery)),
    discovery,
  );
  const access = { ...(!isOwn && flags.org !== undefined && { org: flags.org }), allow };
  let adopted: readonly string[] = [];
  if (prompts !== undefined && tokens !== undefined && seen.length > 0) {
    heading('Adoption');
    adopted = await offerAdoption(seen, system, access, host, prompts);
  }
  heading('Doctor');
  const { doctorCommand } = await import('../commands/doctor.ts');
  const there = adopted.length === 0 ? host : inPipelineState(host, system);
  const health = await doctorCommand({ sink: [], ...access }, there);
  const byHand = [
    ...fitted.byHand,
    ...fixedTexts(discovery.pipelines),
    ...planned.flatMap((one) => one.byHand),
  ];
  if (system !== undefined && !detection.isRoot) byHand.push(movePipeline());
  const signed = isSigned(host);
  const fresh = freshAmong(additions, discovery).map(({ rotation }) => rotation);
  const done = { system, credentials, rotations, adopted, fresh, signed, files, byHand, here };
  stderr.write(nextText({ ...done, installedFrom: await installedFrom(host) }, host));
  return health;
}

const isKnown =
  ({ config }: Pick<Discovery, 'config'>) =>
  ({ name }: { readonly name: string }): boolean =>
    config?.rotations.some((one) => one.name === name) === true;

/** A configuration can name another variable than the usual one. */
const heartbeatIn = (variable: string): PipelineCredential =>
  checkCredential({ ...HEARTBEAT, variable, secret: variable });

/** The pipeline, what it installs, and what must not be committed. */
async function planSystem(
  system: System,
  wanted: Pick<Wanted, 'credentials' | 'names'>,
  packages: readonly Pinned[],
  host: Host,
): Promise<readonly Planned[]> {
  const runner = await planRunner(system, packages, host);
  const pipeline = await planPipeline(system, { ...wanted, ...runner, own: system.own }, host);
  return [pipeline, runner, await planIgnore(runner.folder, host)];
}

/** For an existing configuration, which has its own times: no questions. */
const KEPT_TIMES = { name: [], maxAge: '90d', grace: '1h' };

/** `acme`; the kind if the account comes from the environment. */
function accountOf({ kind, options }: IssuerConfig): string {
  const [first] = Object.values(options);
  return typeof first === 'string' ? first : kind;
}

async function credentialsOfKinds(
  issuers: readonly string[],
  kinds: readonly string[],
  host: Host,
): Promise<Wanted['credentials']> {
  const session = new Session(host, host.directory);
  try {
    return await credentialsFor(issuers, kinds, session);
  } finally {
    await session.close();
  }
}

async function askScopes(
  { scopes }: Detection,
  prompts: Prompts | undefined,
): Promise<readonly string[]> {
  if (prompts === undefined) return scopes;
  const typed = await prompts.text('Search in', scopes.join(' '));
  return typed.split(/\s+/).filter((scope) => scope !== '');
}
