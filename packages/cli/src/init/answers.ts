import { KeyturnError, parseDuration, type TokenInfo } from '@keyturn/core';

import type { Host } from '../host.ts';
import type { Prompts } from '../prompt/prompts.ts';
import { systems, type System } from '../scaffold/pipeline/pipeline.ts';
import type { Detection } from './detect.ts';
import { openIssuer } from '@keyturn/host/session';

export interface InitFlags {
  readonly org?: string;
  readonly allow?: readonly string[];
  readonly name: readonly string[];
  readonly ci?: System | 'none';
  readonly maxAge?: string;
  readonly grace?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

const LABELS: Readonly<Record<System | 'none', string>> = {
  github: 'GitHub Actions',
  gitlab: 'GitLab CI',
  circleci: 'CircleCI',
  none: 'none: I run keyturn myself',
};

/** The organization: as it was given, as the environment has it, or as a person types it. */
export async function askOrganization(
  flags: InitFlags,
  { env }: Host,
  prompts: Prompts | undefined,
): Promise<string> {
  const given = flags.org ?? (env['PLANETSCALE_ORG'] || undefined);
  if (given !== undefined) return given;
  if (prompts !== undefined)
    return prompts.text('The organization at PlanetScale', undefined, (text) =>
      /^[\w-]+$/.test(text)
        ? undefined
        : 'Please type its name as it is in addresses, such as acme.',
    );
  throw new KeyturnError('USAGE_INVALID', 'it is not known which organization the tokens are of', {
    hint: 'Name it: --org ORG, or PLANETSCALE_ORG.',
    effect: 'none',
  });
}

/** The issuer's tokens; undefined, with the reason told, where they cannot be listed and a person goes on all the same. */
export async function readTokens(
  { org, allow = [] }: { readonly org: string; readonly allow?: readonly string[] | undefined },
  host: Host,
  prompts: Prompts | undefined,
): Promise<readonly TokenInfo[] | undefined> {
  const { session, issuer } = await openIssuer({ org, allow }, host);
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

/** The CI system that keyturn is to run in. */
export async function askSystem(
  flags: InitFlags,
  detection: Detection,
  prompts: Prompts | undefined,
): Promise<System | 'none'> {
  if (flags.ci !== undefined) return flags.ci;
  const [usual = 'none'] = detection.systems;
  if (prompts === undefined) return usual;
  const choices = [...systems, 'none' as const].map((value) => ({ label: LABELS[value], value }));
  const at = choices.findIndex(({ value }) => value === usual);
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
