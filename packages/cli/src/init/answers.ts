import { KeyturnError, parseDuration, type TokenInfo } from '@keyturn/core';

import type { Host } from '../host.ts';
import type { Prompts } from '../prompt/prompts.ts';
import { durationNeeded, questionHeartbeat } from '../messages.ts';
import { HEARTBEAT } from '../scaffold/pipeline/pipeline.ts';
import { systemCalled, type System } from './systems.ts';
import type { Detection } from './detect.ts';
import type { Config, IssuerConfig } from '@keyturn/host/config';
import { openIssuer } from '@keyturn/host/session';

export interface InitFlags {
  readonly org?: string;
  /** The kind of the issuer. */
  readonly issuer?: string;
  /** Its options. */
  readonly set?: readonly string[];
  readonly allow?: readonly string[];
  readonly name: readonly string[];
  readonly ci?: string;
  readonly maxAge?: string;
  readonly grace?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** The issuer's tokens; undefined if they cannot be listed and the user continues without them. */
export async function readTokens(
  {
    issuer: wanted,
    allow = [],
  }: { readonly issuer: IssuerConfig; readonly allow?: readonly string[] },
  host: Host,
  prompts: Prompts | undefined,
): Promise<readonly TokenInfo[] | undefined> {
  const { session, issuer } = await openIssuer({ issuer: wanted, allow }, host);
  try {
    const tokens: TokenInfo[] = [];
    for await (const token of issuer.list(host)) tokens.push(token);
    return tokens;
  } catch (error) {
    if (!KeyturnError.is(error) || error.code === 'INTERRUPTED') throw error;
    host.stderr.write(`  ${error.message}\n  ${error.hint ?? ''}\n`);
    const goesOn =
      prompts === undefined ||
      (await prompts.confirm('Continue without the list of tokens?', true));
    if (!goesOn) throw error;
    return undefined;
  } finally {
    await session.close();
  }
}

/** The CI system that will run keyturn; undefined for none. */
export async function askSystem(
  { ci }: InitFlags,
  { systems: [usual], known }: Detection,
  prompts: Prompts | undefined,
): Promise<System | undefined> {
  if (ci !== undefined) return systemCalled(ci, known);
  if (prompts === undefined) return usual;
  const choices = [
    ...known.map((system) => ({ label: system.ci.title, value: system as System | undefined })),
    { label: 'none: I run keyturn myself', value: undefined },
  ];
  const at = choices.findIndex(({ value }) => value?.kind === usual?.kind);
  return prompts.choose('CI system that runs keyturn every day', choices, at);
}

/**
 * The variable with the address of a monitor: the one of the configuration; for a new configuration with a pipeline, the usual one if
 * the user wants a monitor.
 */
export async function askHeartbeat(
  config: Pick<Config, 'notify'> | undefined,
  system: System | undefined,
  prompts: Prompts | undefined,
): Promise<string | undefined> {
  if (config !== undefined) return config.notify?.heartbeat?.urlEnv;
  if (system === undefined || prompts === undefined) return undefined;
  return (await prompts.confirm(questionHeartbeat(), false)) ? HEARTBEAT.variable : undefined;
}

/** The maximum age of a token, and the grace period of its predecessor. */
export async function askTimes(
  flags: InitFlags,
  prompts: Prompts | undefined,
): Promise<{ readonly maxAge: string; readonly grace: string }> {
  const ask = async (question: string, given: string | undefined, usual: string): Promise<string> =>
    given ?? (prompts === undefined ? usual : prompts.text(question, usual, durationProblem));
  return {
    maxAge: await ask('Replace tokens that are older than', flags.maxAge, '90d'),
    grace: await ask('Keep the old token valid for running jobs for', flags.grace, '1h'),
  };
}

function durationProblem(text: string): string | undefined {
  try {
    parseDuration(text);
    return undefined;
  } catch {
    return durationNeeded();
  }
}
