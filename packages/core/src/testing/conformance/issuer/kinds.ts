import type { Credential, TokenIssuer } from '../../../index.ts';
import { calmly, collect } from '../assertions.ts';
import type { IssuerFixture } from './fixture.ts';

/** Issuers differ in what they declare: these are the reasons to skip a check, and the ways to do what every issuer can. */

type Skip = (fixture: IssuerFixture) => string | undefined;

export const needsGrant: Skip = ({ issuer }) =>
  issuer.supports.permissions === 'grant'
    ? undefined
    : 'the issuer does not grant permissions to existing tokens';

export const needsPermissions: Skip = ({ issuer }) =>
  issuer.supports.permissions === 'none' ? 'tokens have no permissions of their own' : undefined;

export const needsLabels: Skip = ({ issuer }) =>
  issuer.supports.find === 'label' ? undefined : 'tokens have no labels';

export function needsRoomFor(count: number): Skip {
  return ({ issuer: { supports } }) =>
    supports.most !== undefined && supports.most < count
      ? `there can be at most ${supports.most} tokens`
      : undefined;
}

/** The first reason to skip a check. */
export function either(...skips: readonly Skip[]): Skip {
  return (fixture) => skips.map((skip) => skip(fixture)).find((reason) => reason !== undefined);
}

/** Issues a token, with the fixture's permissions if they are given at creation. */
export function issued(
  { issuer, permissions }: Pick<IssuerFixture, 'issuer' | 'permissions'>,
  label: string,
  wanted: readonly string[] = permissions,
): Promise<Credential> {
  const isGiven = issuer.supports.permissions === 'issue';
  return issuer.issue({ label, ...(isGiven && { permissions: wanted }) }, calmly());
}

/** Issues a token that has these permissions, whichever way it gets them. */
export async function granted(
  fixture: IssuerFixture,
  label: string,
  wanted: readonly string[] = fixture.permissions,
): Promise<Credential> {
  const { issuer } = fixture;
  const credential = await issued(fixture, label, wanted);
  if (issuer.supports.permissions === 'grant')
    await issuer.grant(credential.token.id, wanted, calmly());
  await untilReady(fixture, credential.token.id);
  return credential;
}

/** Whether a token became usable, within twenty looks. */
export async function untilReady({ issuer, pass }: IssuerFixture, id: string): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    if (issuer.ready === undefined || (await issuer.ready(id, calmly()))) return true;
    await pass?.();
  }
  return false;
}

/** Revokes a token, and waits until an end that takes time has come. Returns whether there was one to revoke. */
export async function end({ issuer, pass }: IssuerFixture, id: string): Promise<boolean> {
  const came = await issuer.revoke(id, calmly());
  if (came !== 'pending') return came === 'revoked';
  for (let tries = 0; tries < 20; tries++) {
    if ((await issuer.get(id, calmly())) === undefined) return true;
    await pass?.();
  }
  return false;
}

/** What a token of this issuer may do at the most. */
export function allOf({ issuer, permissions }: IssuerFixture): readonly string[] {
  return issuer.supports.permissions === 'none' ? [] : permissions;
}

/** The IDs of the tokens that there are: what `find` is told of, if tokens have no labels. */
export async function known(issuer: TokenIssuer): Promise<string[]> {
  return (await collect(issuer.list(calmly()))).map(({ id }) => id);
}
