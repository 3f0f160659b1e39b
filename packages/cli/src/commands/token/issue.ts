import {
  KeyturnError,
  printable,
  type Credential,
  type IssueRequest,
  type TokenIssuer,
  type TokenRef,
  shellWord,
} from '@keyturn/core';

import {
  deleteLostToken,
  findLostToken,
  permissionMalformed,
  permissionsAtCreation,
  permissionsNotAtCreation,
  tokenUnknown,
  withMoreHints,
} from '../../messages.ts';
import type { TokenCall } from './call.ts';
import { nameOf } from './describe.ts';

/**
 * The request with the permissions that the user named, for issuers that give them at creation.
 *
 * @throws {KeyturnError} `USAGE_INVALID`
 */
export async function withPermissions(
  request: IssueRequest,
  given: readonly string[],
  { issuer, session }: Pick<TokenCall, 'issuer' | 'session'>,
): Promise<IssueRequest> {
  if (given.length === 0) return request;
  const { permissions } = issuer.supports;
  if (permissions !== 'issue') throw permissionsNotAtCreation(issuer.kind, permissions === 'none');
  const { permission: schema } = await session.issuerAdapter(issuer.kind);
  for (const one of given) {
    const { issues: [issue] = [] } = (await schema?.['~standard'].validate(one)) ?? {};
    if (issue !== undefined) throw permissionMalformed(printable(one, 80), issue.message);
  }
  return { ...request, permissions: [...new Set(given)].toSorted() };
}

/**
 * Requests a token with a name that need not be unique. After a lost answer it compares the list with the one before: a token
 * whose secret nobody has must not stay unnoticed.
 */
export async function issueNew(
  request: IssueRequest,
  { issuer, host, through }: Pick<TokenCall, 'issuer' | 'host' | 'through'>,
): Promise<Credential> {
  const before = await idsOf(request.label, issuer, host);
  try {
    return await issuer.issue(request, host);
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    if (isAboutPermissions(error, request, issuer))
      throw withMoreHints(error, [permissionsAtCreation()]);
    if (error.effect === 'none') throw error;
    const after = before && (await find(request.label, issuer, host));
    const hint = hintFor(
      after?.filter(({ id }) => !before?.has(id)),
      through,
    );
    throw tokenUnknown(error.code, error.message, hint);
  }
}

/** The configuration or the command line must say what the first one may do. */
function isAboutPermissions(
  { code, effect }: KeyturnError,
  { permissions }: IssueRequest,
  { supports }: TokenIssuer,
): boolean {
  const isMissing = supports.permissions === 'issue' && permissions === undefined;
  return isMissing && code === 'CONFIG_INVALID' && effect === 'none';
}

async function idsOf(
  label: string,
  issuer: TokenIssuer,
  host: TokenCall['host'],
): Promise<ReadonlySet<string> | undefined> {
  const found = await find(label, issuer, host);
  return found && new Set(found.map(({ id }) => id));
}

/** Undefined if it is unknown: credentials may create tokens without being allowed to list them. */
async function find(
  label: string,
  issuer: TokenIssuer,
  host: TokenCall['host'],
): Promise<readonly TokenRef[] | undefined> {
  try {
    return await issuer.find(label, host);
  } catch {
    return undefined;
  }
}

function hintFor(found: readonly TokenRef[] | undefined, through: string): string {
  const [token] = found ?? [];
  if (found?.length === 1 && token !== undefined)
    return deleteLostToken(`${shellWord(token.id)}${through}`, nameOf(token));
  return findLostToken(through);
}
