import { KeyturnError, parseDuration, type IssuerAccount, type TokenInfo } from '@keyturn/core';

import type { Host } from '../host.ts';
import type { Prompts } from '../prompt/prompts.ts';
import { systemCalled, type System } from './systems.ts';
import type { Detection } from './detect.ts';
import { openIssuer } from '@keyturn/host/session';

export interface InitFlags {
  readonly org?: string;
  readonly allow?: readonly string[];
  readonly name: readonly string[];
  readonly ci?: string;
  readonly maxAge?: string;
  readonly grace?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** The account: as it was given, as the environment has it, or as a person types it. */
export async function askAccount(
  { org }: InitFlags,
  account: IssuerAccount,
  { env }: Host,
  prompts: Prompts | undefined,
): Promise<string> {
  const given = org ?? (env[account.variable] || undefined);
  if (given !== undefined) return given;
  const { title, variable, valid } = account;
  if (prompts !== undefined)
    return prompts.text(`${title.charAt(0).toUpperCase()}${title.slice(1)}`, undefined, (text) =>
      valid.test(text) ? undefined : 'Please type its name as it is in addresses, such as acme.',
    );
  throw new KeyturnError('USAGE_INVALID', `unknown: ${title} whose tokens are meant`, {
    hint: `Name it: --org ORG, or ${variable}.`,
    effect: 'none',
  });
}

/** The issuer's tokens; undefined, with the reason told, where they cannot be listed and a person goes on all the same. */
export async function readTokens(
  {
    org,
    allow = [],
  }: { readonly org: string | undefined; readonly allow?: readonly string[] | undefined },
  host: Host,
  prompts: Prompts | undefined,
): Promise<readonly TokenInfo[] | undefined> {
  const { session, issuer } = await openIssuer({ ...(org !== undefined && { org }), allow }, host);
  try {
    const tokens: TokenInfo[] = [];
    for await (const token of issuer.list(host)) tokens.push(token);
    return tokens;
  } catch (error) {
    if (!KeyturnError.is(error) || error.code === 'INTERRUPTED') throw error;
    host.stderr.write(`  ${error.message}\n  ${error.hint ?? ''}\n`);
    const goesOn = prompts === undefined || (await prompts.confirm('Go on without it?', true));
    if (!goesOn) throw error;
    return undefined;
  } finally {
    await session.close();
  }
}

/** The CI system that keyturn is to run in; undefined for none. */
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
  return prompts.choose('Where keyturn is to run, every day', choices, at);
}

/** How old a token may get, and how long its predecessor lives on. */
export async function askTimes(
  flags: InitFlags,
  prompts: Prompts | undefined,
): Promise<{ readonly maxAge: string; readonly grace: string }> {
  const ask = async (question: string, given: string | undefined, usual: string): Promise<string> =>
    given ?? (prompts === undefined ? usual : prompts.text(question, usual, durationProblem));
  return {
    maxAge: await ask('Replace tokens that are older than', flags.maxAge, '90d'),
    grace: await ask('Keep the old one for running jobs for', flags.grace, '1h'),
  };
}

function durationProblem(text: string): string | undefined {
  try {
    parseDuration(text);
    return undefined;
  } catch {
    return 'Please type a number and a unit, such as 90d, 12h or 30m.';
  }
}
