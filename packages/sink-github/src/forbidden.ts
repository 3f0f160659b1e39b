import { printable } from '@keyturn/core';

import { hostsOf } from './remote.ts';

type Advice = (said: string, api: string) => string;

const LONGEST_ADDRESS = 200;

/**
 * GitHub's words for a 403 that no permission would cure, with what does.
 *
 * docs: «Managing allowed IP addresses for your organization», «Setting a personal access token policy for your organization», «About
 * authentication with SAML single sign-on», «Archiving repositories».
 */
const reasons: readonly (readonly [RegExp, Advice])[] = [
  [
    /\bIP allow list\b/i,
    () =>
      'The organization has an IP allow list: run it from an address on that list, or have this one added.',
  ],
  [
    /\blifetime is greater than\b/i,
    (said, api) => {
      const days = /lifetime is greater than (\d{1,4}) days/i.exec(said)?.[1];
      const most = days === undefined ? 'so long' : `longer than ${days} days`;
      const page = addressIn(said, api) ?? 'GitHub under Settings, Developer settings';
      return `The organization allows no token that lives ${most}: give it an earlier expiry at ${page}.`;
    },
  ],
  [
    /forbids access via a (?:personal access tokens? \(classic\)|classic)/i,
    () =>
      'The organization allows no classic tokens: make a fine-grained one, or use a GitHub App.',
  ],
  [
    /forbids access via a fine-grained/i,
    () => 'The organization allows no fine-grained tokens: use a GitHub App, or a classic token.',
  ],
  [
    /\bSAML\b/,
    () =>
      'Authorize the token for the single sign-on of its organization, on the page of the token: Configure SSO.',
  ],
  [
    /OAuth App access restrictions/i,
    () =>
      'The organization restricts OAuth apps: have the app approved there, or use a personal access token.',
  ],
  [/\barchived\b/i, () => 'It is archived: unarchive it, or remove it from the sinks.'],
  [
    /must have (?:admin|push|write)|must be an? (?:org|repo|admin|owner)|\bowner access\b/i,
    () =>
      'The role of the token’s owner is too small there: Write for a repository, owner for an organization.',
  ],
  [/account was suspended/i, () => 'The account of the token is suspended: ask GitHub support.'],
];

/** What helps against a 403, if GitHub says why it is one; undefined if it is a matter of permissions. */
export function forbidden(api: string, said: string, headers: Headers): string | undefined {
  const signOn = headers.get('x-github-sso');
  if (signOn !== null) {
    const page = addressIn(signOn, api);
    const where = page === undefined ? 'on the page of the token: Configure SSO' : `at ${page}`;
    return `Authorize the token for the single sign-on of its organization, ${where}.`;
  }
  return reasons.find(([words]) => words.test(said))?.[1](said, api);
}

/** An address of GitHub's own pages, and of no other host: what a stranger writes is not passed on. */
function addressIn(text: string, api: string): string | undefined {
  const found = /https:\/\/[^\s"'<>;,]+/.exec(text)?.[0].replace(/\.$/, '');
  if (found === undefined || found.length > LONGEST_ADDRESS || !URL.canParse(found))
    return undefined;
  const { host, username } = new URL(found);
  return hostsOf(api).includes(host) && username === '' ? printable(found) : undefined;
}
