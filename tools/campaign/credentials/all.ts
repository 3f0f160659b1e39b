import type { Credential, Providers, Token } from './credential.ts';
import { accessKey, gitlabToken } from './others.ts';
import { password, role, serviceToken } from './planetscale.ts';

export { serviceToken } from './planetscale.ts';

export const all: readonly Credential[] = [serviceToken, password, role, gitlabToken, accessKey];

/** Not a service token. */
export const isOther = (credential: Credential): boolean => credential !== serviceToken;

/** @throws if there is no such kind */
export function credentialOf(kind: string): Credential {
  const found = all.find((one) => one.kind === kind);
  if (found === undefined)
    throw new Error(`--issuer: ${all.map((one) => one.kind).join(', ')}; not ${kind}`);
  return found;
}

/** The one that is replaced. */
export function oldOf(credential: Credential, sandbox: Providers): Token {
  const { old, tokens } = credential;
  const found = tokens(sandbox).find(({ label }) => old === undefined || label === old);
  if (found === undefined) throw new Error(`there is no ${credential.kind} ${old}`);
  return found;
}

/** What there is of other kinds than this one: nobody's business. */
export function strangers(credential: Credential, sandbox: Providers): readonly Token[] {
  return all.filter((one) => one !== credential).flatMap((one) => one.tokens(sandbox));
}

/** Every secret of every kind. */
export function secretsOf(sandbox: Providers): readonly string[] {
  return all.flatMap((one) => one.tokens(sandbox)).map(({ secret }) => secret);
}
