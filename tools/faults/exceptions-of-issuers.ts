import type { Exception } from './exception.ts';
import { faults } from './fault.ts';

const junk = ['cut JSON', 'other JSON', 'other fields'];

/** Where a request of an issuer of other credentials than service tokens differs from its kind. */
export const issuerExceptions: readonly Exception[] = [
  {
    rows: /^gitlab (?:GET|POST) \/projects\/\{id\}\/access_tokens(?:$|\/)/,
    faults: ['401'],
    result: 'failed PERMISSION_DENIED',
    why: 'GitLab says so as well if the token is valid and may not do this: it is asked about itself, and is valid',
  },
  {
    rows: /^gitlab (?:DELETE .*access_tokens|GET .*access_tokens, after)/,
    faults: ['401'],
    result: 'incomplete PERMISSION_DENIED',
    why: 'as above',
  },
  {
    rows: /^gitlab GET .*access_tokens\/\{token to be replaced/,
    faults: ['404'],
    result: 'failed TOKEN_NOT_FOUND',
    why: 'the list can be read, so the token does not exist',
  },
  {
    rows: /^gitlab GET .*self, of the acting token$/,
    faults: ['400', '404', 'other fields'],
    result: 'rotated',
    why: 'GitLab does not describe every token, such as one of OAuth: its user is asked',
  },
  {
    rows: /^gitlab GET .*self, as the new token$/,
    faults: ['400', '404', 'other fields'],
    result: 'failed VERIFY_FAILED',
    why: 'GitLab describes another token than the new one, or none',
  },
  {
    rows: /^gitlab GET .*self, /,
    faults: ['429 after 3600 s'],
    result: 'failed RATE_LIMITED',
    why: 'the whole server is left alone for the hour',
  },
  {
    rows: /^aws ListAccessKeys, after a create/,
    faults: faults.map(({ name }) => name),
    result: 'failed CODE',
    why: 'a user has two keys at most: until it is known whether the lost one exists, there may be no room for another',
  },
  {
    rows: /^aws GetCallerIdentity, as the new key$/,
    faults: ['401'],
    result: 'failed VERIFY_FAILED',
    why: 'tried for a minute, since a new key does not work everywhere at once',
  },
  {
    rows: /^aws GetCallerIdentity, as the new key$/,
    faults: junk,
    result: 'failed REMOTE_REJECTED',
    why: 'a new key is refused at first, and what is said then cannot be read',
  },
  {
    rows: / after a create without an answer$/,
    faults: ['429 after 3600 s'],
    result: 'failed RATE_LIMITED',
    why: 'the whole server is left alone for the hour, so that no other token is asked for',
  },
  {
    rows: /^planetscale POST Execute/,
    faults: ['401', '403'],
    result: 'failed VERIFY_FAILED',
    why: 'the database does not let the new password in, from this address or at all',
  },
  {
    rows: /^planetscale POST Execute/,
    faults: ['other fields'],
    result: 'failed REMOTE_FAILED',
    why: 'an error that the database tells, though it cannot be read',
  },
  {
    rows: /^planetscale DELETE (?:passwords|roles)|^planetscale POST roles.*reassign$|^gitlab DELETE .*access_tokens/,
    faults: junk,
    result: 'rotated',
    why: 'what this request answers does not matter: whether the token is gone is asked',
  },
  {
    rows: /^planetscale GET roles\/\{new|^gitlab GET .*access_tokens\/\{new/,
    faults: ['404'],
    result: 'failed VERIFY_FAILED',
    why: 'the list can be read and does not have the new token, so it is ended',
  },
];
