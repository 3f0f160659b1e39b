import { printable } from '@keyturn/core';

import { forbiddenHints } from './messages.ts';
import { hostsOf } from './remote.ts';

type Advice = (said: string, api: string) => string;

/** Roles by GitHub's words for them. */
const roles: Readonly<Record<string, string>> = {
  admin: 'Admin',
  push: 'Write',
  write: 'Write',
  maintain: 'Maintain',
};

const LONGEST_URL = 200;

/**
 * GitHub's words for a 403 that no permission fixes, with the hint that helps.
 *
 * docs: «Managing allowed IP addresses for your organization», «Setting a personal access token policy for your organization», «About
 * authentication with SAML single sign-on», «Archiving repositories».
 */
const reasons: readonly (readonly [RegExp, Advice])[] = [
  [/\bIP allow list\b/i, forbiddenHints.ipAllowList],
  [
    /\blifetime is greater than\b/i,
    (said, api) => {
      const days = /lifetime is greater than (\d{1,4}) days/i.exec(said)?.[1];
      return forbiddenHints.lifetime(days, addressIn(said, api));
    },
  ],
  [
    /forbids access via a (?:personal access tokens? \(classic\)|classic)/i,
    forbiddenHints.classicToken,
  ],
  [/forbids access via a fine-grained/i, forbiddenHints.fineGrainedToken],
  [/\bSAML\b|\bSSO\b/, () => forbiddenHints.singleSignOn()],
  [/OAuth App access restrictions/i, forbiddenHints.oauthApp],
  [/\barchived\b/i, forbiddenHints.archived],
  [
    /must have (?:admin|push|write|maintain)|must be an? (?:org|repo|admin|owner)|\bowner access\b/i,
    (said) => {
      const word = /must have (\w+)/i.exec(said)?.[1]?.toLowerCase();
      return forbiddenHints.role(roles[word ?? '']);
    },
  ],
  [/installation (?:has been|was|is) suspended/i, forbiddenHints.installationSuspended],
  [/organization (?:has been|was|is) (?:suspended|flagged)/i, forbiddenHints.organizationSuspended],
  [/account (?:has been|was|is) suspended/i, forbiddenHints.suspended],
  [/two-factor/i, forbiddenHints.twoFactor],
  [/\baccess blocked\b|\bbeen blocked\b/i, forbiddenHints.blocked],
];

/** The hint for a 403 if GitHub states its reason; undefined if it is a matter of permissions. */
export function forbidden(api: string, said: string, headers: Headers): string | undefined {
  const signOn = headers.get('x-github-sso');
  if (signOn !== null) return forbiddenHints.singleSignOn(addressIn(signOn, api));
  return reasons.find(([words]) => words.test(said))?.[1](said, api);
}

/** The same for a response whose body was not read yet. Undefined for any other status. */
export async function forbiddenIn(api: string, response: Response): Promise<string | undefined> {
  if (response.status !== 403) return undefined;
  const data: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return forbidden(api, messageIn(data), response.headers);
}

/** The start of what GitHub says. */
export function messageIn(data: unknown): string {
  const { message } = (data ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message.slice(0, 1000) : '';
}

/** A URL of GitHub's own pages in a text. URLs of other hosts are not passed on, because they are untrusted. */
function addressIn(text: string, api: string): string | undefined {
  const found = /https:\/\/[^\s"'<>;,]+/.exec(text)?.[0].replace(/\.$/, '');
  if (found === undefined || found.length > LONGEST_URL || !URL.canParse(found)) return undefined;
  const { host, username } = new URL(found);
  return hostsOf(api).includes(host) && username === '' ? printable(found) : undefined;
}
