import type { Exception } from './exception.ts';
import { issuerExceptions } from './exceptions-of-issuers.ts';
import { faults } from './fault.ts';

const junk = ['cut JSON', 'other JSON', 'other fields'];
const refusals = ['400', '401', '403', '404', '422'];
const limits = ['429', '429 after 2 s', '429 after 3600 s'];
const doubts = ['502 page', 'answer lost', '50 MB', 'drip'];

/** Where a request differs from its kind; the first that fits counts. */
export const exceptions: readonly Exception[] = [
  {
    rows: /^planetscale GET organizations, after a 403/,
    faults: ['401'],
    result: 'failed AUTH_DENIED',
    why: 'whoever may not even see the organizations has no valid credentials: that is what the 403 meant',
  },
  {
    rows: /^planetscale GET organizations, after a 403/,
    faults: faults.map(({ name }) => name),
    result: 'failed PERMISSION_DENIED',
    why: 'the question was to explain the 403; without an answer the 403 itself is told',
  },
  {
    rows: /^planetscale GET service-tokens, after a create/,
    faults: ['429 after 3600 s'],
    result: 'failed RATE_LIMITED',
    why: 'the whole server is left alone for the hour, so that no other token is asked for',
  },
  {
    rows: /^planetscale DELETE .*\/access$/,
    faults: refusals,
    result: 'GRANT_REFUSED',
    why: 'as for granting',
  },
  {
    rows: /^planetscale POST .*\/access$/,
    faults: refusals,
    result: 'failed GRANT_REFUSED',
    why: 'whether a service token may grant is not documented, so the hint tells what to do then',
  },
  {
    rows: /^planetscale POST .*\/access$/,
    faults: junk,
    result: 'rotated',
    why: 'what this request answers does not matter: the permissions are read back',
  },
  {
    rows: /^planetscale DELETE .*\/access$/,
    faults: junk,
    result: 'succeeds',
    why: 'what this request answers does not matter: the permissions are read back',
  },
  {
    rows: /^planetscale GET (?:passwords|roles), one$/,
    faults: ['other fields'],
    result: 'rotated',
    why: 'the question is whether the list may be read; what is in it is read later',
  },
  ...issuerExceptions,
  {
    rows: /as the new token$/,
    faults: ['401'],
    result: 'failed VERIFY_FAILED',
    why: 'tried for ten seconds, since a new token may not work everywhere at once',
  },
  {
    rows: /^planetscale DELETE service-tokens\/\{replaced/,
    faults: junk,
    result: 'rotated',
    why: 'no 204, so the list is asked: the token is gone',
  },
  {
    rows: /^github GET .*(?:SLOT|SLOT, once more)$/,
    faults: ['404'],
    result: 'rotated',
    why: 'the only way to say that there is no such variable; the key of the same place was just read, and a secret in slot A counts as live',
  },
  {
    rows: /^github GET .*_A, for the first time$/,
    faults: ['404', ...junk],
    result: 'rotated',
    why: 'there is no variable yet, so nobody reads either slot',
  },
  {
    rows: /^github GET \/orgs.*\/\{name\}$/,
    faults: ['404'],
    result: 'failed CONFIG_INVALID',
    why: 'the answer is a page and no JSON, as that of another server: the address of the API may be wrong',
  },
  {
    rows: /^github PUT .*_B$/,
    faults: junk,
    result: 'rotated',
    why: 'the 201 says all: its body is empty anyway',
  },
  {
    rows: /^github POST .*variables/,
    faults: ['409'],
    result: 'incomplete TARGET_NOT_FOUND',
    why: 'somebody was faster, so it is updated; but there is none',
  },
  {
    rows: /^github POST .*variables/,
    faults: [...doubts, ...junk],
    result: 'rotated',
    why: 'the next try finds the variable, and flips it',
  },
  {
    rows: /^github GET \/orgs\/\{owner\}\/installation/,
    faults: ['404'],
    result: 'rotated',
    why: 'the owner may be a person, and is asked for as one',
  },
  {
    rows: /^github GET \/(?:orgs\/\{org\}|user)\/repos/,
    faults: ['404'],
    result: 'succeeds',
    why: 'the owner is a person, or the token is none: the next list is asked',
  },
  {
    rows: /^github GET \/user\/repos/,
    faults: ['403'],
    result: 'succeeds',
    why: 'the token is of no person: the public list is asked',
  },
  {
    rows: /^github GET \/repos\/acme\/web, for a canary|^gitlab GET \/projects\/\{id\}, for a canary/,
    faults: ['other fields'],
    result: 'REMOTE_REJECTED',
    why: 'no branch is told, and without one the job is refused',
  },
  {
    rows: /^github GET \/repos\/acme\/web, for a canary/,
    faults: junk,
    result: 'REMOTE_REJECTED',
    why: 'no branch is told, and without one the job is refused',
  },
  {
    rows: /^github POST .*dispatches, for a canary/,
    faults: junk,
    result: 'succeeds',
    why: 'the 200 says all: the job is looked for by its mark',
  },
  {
    rows: /^github GET .*runs, for a canary/,
    faults: junk,
    result: 'TIMED_OUT',
    why: 'the job is not seen until its time is over, and what is not seen has not ended well',
  },
  {
    rows: /^gitlab (?:POST .*pipeline|GET .*jobs), for a canary|^circleci POST .*pipeline, for a canary/,
    faults: ['other fields'],
    result: 'TARGET_NOT_FOUND',
    why: 'no such job is found',
  },
  {
    rows: /^circleci GET \/project\/gh\/acme\/web, for a canary/,
    faults: ['other fields'],
    result: 'succeeds',
    why: 'without a branch CircleCI takes the default one',
  },
  {
    rows: /^circleci POST .*pipeline, for a canary/,
    faults: ['400'],
    result: 'TARGET_NOT_FOUND',
    why: 'how CircleCI says that the parameter of the template is not declared',
  },
  {
    rows: /^github GET \/(?:orgs|users)\/\{\w+\}, for a search/,
    faults: junk,
    result: 'succeeds',
    why: 'the 200 says all: what is asked is whether there is such an owner',
  },
  {
    rows: /^github GET \/orgs\/\{org\}, for a search/,
    faults: ['404'],
    result: 'succeeds',
    why: 'it is no organization, so it is asked whether it is a person',
  },
  {
    rows: /(?:secrets|environments|variables?|v1\.1\/projects|envvar), for a search$/,
    faults: ['401', ...limits, 'reset', 'answer lost', 'expired TLS'],
    result: 'CODE',
    why: 'that concerns every place alike, so the search ends',
  },
  {
    rows: /^(?:github|circleci) DELETE/,
    faults: ['404'],
    result: 'succeeds',
    why: 'it is not there, which is what was wanted; the place itself can be seen',
  },
  {
    rows: /^circleci DELETE/,
    faults: junk,
    result: 'succeeds',
    why: 'the 200 says all',
  },
  {
    rows: /^gitlab P(?:UT|OST) .*variables/,
    faults: [...doubts, ...junk],
    result: 'rotated',
    why: 'GitLab shows values: a look proves that the write took effect',
  },
  {
    rows: /^gitlab GET \/personal_access_tokens/,
    faults: ['429 after 3600 s'],
    result: 'incomplete RATE_LIMITED',
    why: 'the whole server is left alone for the hour',
  },
];
