import { KeyturnError, printable, shellWord } from '@keyturn/core';
import { formatDuration } from '@keyturn/core/unstable';
import { count, listed, readableTime, roughly } from '@keyturn/host/text';

import { fixedSteps, fixedText, pipelinesRead } from './messages.ts';
import type { Fixed } from './workflows/fixed.ts';

/** Everything that `doctor`, `audit` and `adopt` say to users: text and fix, code, message and hint, side by side. */

/** What was found, and what to do. */
export interface Said {
  readonly text: string;
  readonly fix: string | null;
}

// Shared.

const INTENDED = 'Correct the variable, or ignore this if it is intended.';

/** @param filters of the command line */
export const sinkNotFound = (filters: readonly string[]): KeyturnError =>
  new KeyturnError('USAGE_INVALID', `${filters.join(', ')}: no rotation has this sink`, {
    hint: 'Use a kind, or a sink as written in the configuration.',
    effect: 'none',
  });

// doctor: the frame.

export const NOTHING_WRONG = 'No problems found.';

/** What is checked, for the errors below. */
export const CONFIGURATION = 'the configuration';
export const STORE = 'the store';
export const LEDGER_KEY = 'the key of the ledgers';
export const LEDGERS = 'the ledgers';
export const LEFTOVERS = 'leftovers of killed deliveries';

export const checkTimedOut = (what: string, milliseconds: number): KeyturnError =>
  new KeyturnError('TIMED_OUT', `${what}: timed out after ${formatDuration(milliseconds)}`, {
    hint: 'Check the network, and HTTPS_PROXY and NO_PROXY if there is a proxy, or allow more time with --timeout.',
    effect: 'none',
  });

export const checkInterrupted = (what: string): KeyturnError =>
  new KeyturnError('INTERRUPTED', `${what}: the check was interrupted`, {
    hint: 'Run it again.',
    effect: 'none',
  });

export const checkBroken = (what: string, error: unknown): KeyturnError =>
  new KeyturnError('ADAPTER_FAILED', `${what}: unexpected ${classOf(error)}`, {
    hint: 'Run it again with --debug, and report the output.',
    effect: 'none',
  });

// doctor: configuration and adapters.

export const configurationNone: Said = {
  text: 'no configuration found: sinks are those of --sink',
  fix: 'Run keyturn init to create one.',
};

export const configurationValid = (file: string, rotations: number): string =>
  `${file} is valid, with ${count(rotations, 'rotation')}`;

/** @param names of rotations that write files of this machine, and other places */
export const sinksMixed = (names: readonly string[]): Said => ({
  text: `${listed(names)}: ${names.length === 1 ? 'it writes' : 'they write'} env files and other places, and no pipeline has your env files`,
  fix: 'If a pipeline runs it, give the env files a rotation of their own.',
});

export const adaptersInstalled = (kinds: readonly string[]): string =>
  `${listed(kinds)} ${kinds.length === 1 ? 'is' : 'are'} installed`;

// doctor: the issuer.

export const A_LOGIN = 'a personal login';

/** @param actor the token that keyturn uses, or {@link A_LOGIN} */
export const issuerResponds = (issuer: string, actor: string): string =>
  `${issuer} responds; keyturn uses ${actor}`;

/** @param can actions; @param unknown actions that cannot be checked without trying */
export const issuerAllows = (can: readonly string[], unknown: readonly string[]): string =>
  [
    `it can ${conjoined(can)} tokens`,
    ...(unknown.length === 0 ? [] : [`whether it can ${conjoined(unknown)} is unknown until then`]),
  ].join('; ');

/** @param fate as {@link fateText} returns it */
export const actingRevoked = (token: string, fate: string): Said => ({
  text: `${token} is the token that keyturn uses, and ${fate}`,
  fix: 'Set the credentials of a valid token.',
});

export const credentialsElsewhere = (accounts: readonly string[]): string =>
  `the credentials are valid, but belong to ${listed(accounts)}`;

export const issuerWarning = (text: string): Said => ({
  text,
  fix: 'Change what it names, or ignore this if it is intended.',
});

/** @param left milliseconds */
export const actingExpires = (at: string, left: number): Said => ({
  text:
    left < 0
      ? `the token that keyturn uses expired at ${readableTime(at)}`
      : `the token that keyturn uses expires at ${readableTime(at)}, in ${roughly(left)}`,
  fix: 'Create another token with the same permissions and set it instead, or give it a rotation.',
});

// doctor: one token.

/** What a ledger last recorded about a token. */
export const fateText = (rotation: string, type: 'completed' | 'revoked', at: string): string =>
  `the rotation ${rotation} ${type === 'revoked' ? 'revoked it' : 'issued it'} at ${readableTime(at)}`;

export const tokenNotLookedUp = (token: string): string =>
  `${token} can only be looked up when the issuer responds`;

export const tokenRevoked = (issuer: string, token: string, fate: string): Said => ({
  text: `${issuer} no longer has the token ${token}: ${fate}`,
  fix: 'Use the current token instead: keyturn status shows it.',
});

export const tokenNotListed = (token: string): Said => ({
  text: `${token} exists, but is not in the list yet`,
  fix: 'Check again in a minute.',
});

export const tokenListed = (token: string, position: number, total: number): string =>
  `${token} exists: number ${position} of ${count(total, 'token')}`;

export const tokenBeyondFirstPage = (size: number): Said => ({
  text: `it is not among the first ${size} tokens, and some tools only show these`,
  fix: 'List all tokens with keyturn token list.',
});

export const tokenExpired = (token: string, at: string): Said => ({
  text: `${token} expired at ${readableTime(at)}: jobs that use it get a 404 or 401`,
  fix: 'Replace it, and give its successor a longer ttl.',
});

export const tokenMissing = (issuer: string, token: string, total: number): string =>
  `${issuer} has no token ${token} among its ${count(total, 'token')}, on all pages`;

export const tokenElsewhere = (missing: string, account: string): Said => ({
  text: `${missing}; ${account} has it`,
  fix: `Use --org ${account}.`,
});

export const tokenNamed = (missing: string, id: string): Said => ({
  text: `${missing}; that is the name of ${id}`,
  fix: `Use its id: ${id}.`,
});

export const tokenMisspelt = (missing: string, id: string): Said => ({
  text: missing,
  fix: `Did you mean ${id}?`,
});

/** @param accounts that the credentials can see, if they are known */
export const tokenGone = (missing: string, accounts: readonly string[]): Said => ({
  text: missing,
  fix: `Check whether it was deleted, or use credentials of the organization that it belongs to.${
    accounts.length === 0 ? '' : ` These credentials only see ${listed(accounts)}.`
  }`,
});

// doctor: credentials.

export const credentialMalformed = (name: string, length: number, oddity: string): Said => ({
  text: `${name}, ${count(length, 'character')} long, ${oddity}`,
  fix: `Set ${name} to the secret only.`,
});

export const oddities = {
  blank: 'contains only blanks',
  masked: 'contains only asterisks, as logs show secrets',
  placeholder: 'contains the name of a variable instead of its value',
  quoted: 'is in quotes, which are part of the value',
  blanks: 'contains a blank or a line break',
  unsendable: 'contains a character that cannot be sent',
} as const;

/** @param message of the error; @param sinks that depend on the credential */
export const credentialRejected = (message: string, sinks: number): string =>
  sinks === 0 ? message : `${message} (${count(sinks, 'sink')} cannot be written)`;

export const credentialAccepted = (
  source: string,
  form: string | undefined,
  owner: string | undefined,
  scopes: readonly string[] | undefined,
): string => {
  const whose = owner === undefined ? '' : ` (${owner})`;
  const can =
    scopes === undefined
      ? ''
      : scopes.length === 0
        ? ', without scopes'
        : `, with the scope${scopes.length === 1 ? '' : 's'} ${listed(scopes)}`;
  return `${source} is ${form ?? 'accepted'}${whose}${can}`;
};

export const credentialWarning = (source: string, warning: string): Said => ({
  text: `${source}: ${warning}`,
  fix: INTENDED,
});

/** @param left milliseconds */
export const credentialExpires = (source: string, at: string, left: number): Said => ({
  text:
    left < 0
      ? `${source} expired at ${readableTime(at)}`
      : `${source} expires at ${readableTime(at)}, in ${roughly(left)}`,
  fix: 'Create a new one and set it instead.',
});

// doctor: sinks.

export const sinksFailed = (
  ids: readonly string[],
  message: string,
  hint: string | undefined,
): Said => ({ text: `${listed(ids, 3)}: ${message}`, fix: hint ?? null });

export const sinksWarned = (ids: readonly string[], warning: string): Said => ({
  text: `${listed(ids, 3)}: ${warning}`,
  fix: 'See the README of the adapter.',
});

export const patternWarned = (text: string): Said => ({
  text,
  fix: 'Correct the pattern, or ignore this if it is intended.',
});

export const sinkWritable = (id: string): string => `${id} can be written`;

export const sinksWritable = (number: number, kind: string): string =>
  `${count(number, `${kind} sink`)} can be written`;

export const leftoverRemoved = (text: string): Said => ({
  text: `${text}; it has been removed now`,
  fix: 'Check that no backup or image contains it.',
});

// doctor: names on first contact.

export const namesFound = (names: readonly string[], sinks: readonly string[]): string =>
  `found ${names.join(' and ')} in ${listed(sinks)}`;

export const namesCreated = (names: readonly string[], sink: string): string =>
  `${names.join(' and ')} will be created in ${sink}`;

function hasNone(names: readonly string[]): string {
  return names.length === 1 ? `does not have ${names[0]}` : `has neither ${names.join(' nor ')}`;
}

/** @param proposal what to write in the configuration */
export const namesDifferent = (sink: string, names: readonly string[], proposal: string): Said => ({
  text: `${sink} ${hasNone(names)}: its jobs read the token under other names`,
  fix: proposal,
});

export const namesUnknown = (sink: string, names: readonly string[], proposal: string): Said => ({
  text: `${sink} ${hasNone(names)}: ${names.length === 1 ? 'it' : 'they'} will be created, and a token that jobs read under other names is kept`,
  fix: proposal,
});

export const namesHalf = (
  sink: string,
  present: readonly string[],
  absent: readonly string[],
  proposal: string,
): Said => ({
  text: `${sink} has ${present.join(' and ')}, but not ${absent.join(' or ')}: a rotation is rejected, because it would break the job that reads them`,
  fix: proposal,
});

export const namesElsewhere = (
  sink: string,
  places: readonly string[],
  names: readonly string[],
): Said => ({
  text: `${sink}: the current token is also in ${listed(places)}, which keyturn does not write`,
  fix: `Let jobs read ${names.join(' and ')}, or list the other names under names: in the configuration. Until then, the token is kept.`,
});

/** What pipelines of the checkout read instead. */
export const namesInPipelines = (
  files: readonly string[],
  names: readonly string[],
  { proposal }: { readonly proposal: string },
): Said => ({ text: pipelinesRead(files, names), fix: proposal });

export const fixedInPipelines = (fixed: Fixed): Said => ({
  text: fixedText(fixed),
  fix: fixedSteps(fixed),
});

// doctor: drift.

export const otherAccount = (rotation: string, account: string): Said => ({
  text: `${rotation}: its tokens belong to ${account}, but the configuration names another account: no run changes anything`,
  fix: 'Correct the configuration, or rename the rotation: it then starts from scratch, and the old tokens are kept.',
});

export const driftFix = (heals: boolean, rotation: string): string =>
  heals
    ? `Run keyturn rotate ${shellWord(rotation)}: it replaces the token.`
    : `Find out who changed it. To replace the token everywhere: keyturn rotate ${shellWord(rotation)} --force`;

/** @param copies the permissions of a new token would be copied from it */
export const tokenDeleted = (
  rotation: string,
  token: string,
  copies: boolean,
  fix: string,
): Said => ({
  text: `${rotation}: the current token, ${token}, was deleted outside keyturn: jobs that use it fail`,
  fix: copies
    ? `List token.permissions in the configuration first: they cannot be copied any more. ${fix}`
    : fix,
});

export const sinksChanged = (
  rotation: string,
  ids: readonly string[],
  how: 'overwritten' | 'removed',
  fix: string,
): Said => ({
  text: `${rotation}: what keyturn wrote to ${listed(ids)} was ${how} outside keyturn`,
  fix,
});

export const nothingDrifted = (rotations: readonly string[]): string =>
  `${listed(rotations)}: the sinks show what keyturn wrote`;

// doctor: the store.

export const storeWarned = (location: string, warning: string): Said => ({
  text: `${location}: ${warning}`,
  fix: 'Fix that, or set KEYTURN_STATE to keep ledgers elsewhere.',
});

export const storeWritable = (location: string, ledgers: number, records: number): string =>
  ledgers === 0
    ? `${location} can be written; there is no ledger yet`
    : `${location} can be written; ${count(ledgers, 'ledger')} with ${count(records, 'record')}, none altered`;

export const runUnderWay = (rotations: readonly string[], holder: string): string =>
  `${listed(rotations, 3)}: a run is under way by ${holder}`;

// doctor: the network, clocks and rate limits.

export const proxyInvalid = (variable: string): Said => ({
  text: `${variable} is not the URL of a proxy`,
  fix: 'Use a URL such as http://proxy.example.com:3128.',
});

export const proxyUsed = (variable: string, host: string, exceptions: string | undefined): string =>
  `${variable} sends requests through ${host}${exceptions === undefined ? '' : `, except to ${exceptions}`}`;

export const certificatesUnreadable = (file: string): Said => ({
  text: `NODE_EXTRA_CA_CERTS has no effect: ${file} cannot be read`,
  fix: 'Correct the path or the permissions of the file.',
});

export const hostsReachable = (hosts: readonly string[]): string =>
  `${listed(hosts)} can be reached`;

/** @param hosts with the number of tries */
export const hostsUnreachable = (
  hosts: readonly { readonly host: string; readonly requests: number }[],
  hasProxy: boolean,
): Said => {
  const tried = hosts.map(
    ({ host, requests }) => `${host} (${requests} ${requests === 1 ? 'try' : 'tries'})`,
  );
  return {
    text: `no response from ${listed(tried)}`,
    fix: hasProxy
      ? 'Check the address, and whether the proxy allows it or NO_PROXY must name it.'
      : 'Check the address, the network, and whether HTTPS_PROXY must be set.',
  };
};

export const TIME_UNKNOWN = 'no host reported its time';

export const clockAgrees = (hosts: readonly string[]): string =>
  `the clock of this machine agrees with ${listed(hosts, 3)}`;

/** @param skew milliseconds that the hosts are ahead */
export const clockWrong = (skew: number, hosts: readonly string[]): Said => ({
  text: `the clock of this machine is ${formatDuration(Math.abs(skew))} ${skew > 0 ? 'behind' : 'ahead of'} ${listed(hosts, 3)}`,
  fix: 'Set the clock, for example by NTP: the grace period, the settle time and signed requests depend on it.',
});

/** @param skew milliseconds */
export const hostClockWrong = (host: string, skew: number): string =>
  `the clock of ${host} differs from the other hosts by ${formatDuration(Math.abs(skew))}`;

/** @param at when more requests are allowed; undefined if that is unknown or over */
export const rateLimited = (host: string, at: string | undefined): Said => ({
  text: `${host} accepts no more requests for now`,
  fix: `Run again ${whenText(at)}.`,
});

export const requestsLeft = (host: string, remaining: number, limit: number | undefined): string =>
  `${host}: ${remaining}${limit === undefined ? '' : ` of ${limit}`} requests left`;

export const fewRequestsLeft = (
  host: string,
  remaining: number,
  limit: number,
  at: string | undefined,
): Said => ({
  text: requestsLeft(host, remaining, limit),
  fix: `Postpone larger rotations, or run them ${whenText(at)}.`,
});

// doctor --security.

export const proxySees = (variables: readonly string[]): string =>
  `requests go through ${listed(variables)}, which sees their destinations`;

export const certificatesTrusted = (file: string): string =>
  `NODE_EXTRA_CA_CERTS trusts ${file}: its author could read every request`;

export const SIGNATURES_UNKNOWN = 'cannot check whether the ledgers are signed';
export const LEDGERS_SIGNED = 'the ledgers are signed';
export const LEDGERS_LOCAL = 'the ledgers are not signed; they are in a folder of this machine';

export const ledgersUnsigned = (rotations: readonly string[]): Said => ({
  text: `${listed(rotations)}: not signed, so every run rejects it`,
  fix: 'Check it first: keyturn history. If you trust it: keyturn ledger sign',
});

export const ledgersForgeable: Said = {
  text: 'the ledgers are not signed: anyone who can push them can forge them',
  fix: 'Create a key (openssl rand -base64 32), set KEYTURN_LEDGER_KEY here and in CI, then: keyturn ledger sign',
};

export const BRANCH_PROTECTED = 'the branch of the ledgers is protected';
const PROTECT =
  'Protect it on the platform: only the pipeline pushes to it, and force pushes are not allowed.';

export const branchOpen: Said = {
  text: 'the branch of the ledgers is not protected: anyone who can push can rewrite it',
  fix: PROTECT,
};

export const branchUnknown: Said = {
  text: 'cannot check whether the branch of the ledgers is protected',
  fix: PROTECT,
};

export const actingOld: Said = {
  text: 'the token that keyturn uses is older than 90 days and does not expire',
  fix: 'Let keyturn rotate it, too, or create a new one that expires.',
};

export const actingPerson: Said = {
  text: 'keyturn uses a personal login, with all permissions of that person',
  fix: 'Give keyturn credentials of its own.',
};

export const ACTING_MINIMAL = 'the token that keyturn uses has only the permissions that it needs';

export const actingPowerful = (permissions: readonly string[]): Said => ({
  text: `the token that keyturn uses has more permissions than it needs: ${listed(permissions)}`,
  fix: 'Remove them at the issuer, with another login: keyturn token ungrant',
});

export const foldersWritable = (paths: readonly string[]): Said => ({
  text: `every user of this machine can write to ${listed(paths)}`,
  fix: `chmod o-w ${paths.join(' ')}`,
});

export const runnerShared = (why: string): Said => ({
  text: `the runner might be shared with other jobs (${why})`,
  fix: 'Run keyturn on a runner that is created for the job and discarded after it.',
});

export const FILES_UNTRUSTED = 'the files here are untrusted: this is the pull request of a fork';

export const pipelinePinned = (file: string): string => `${file} is pinned`;

export const pipelineWeak = (
  file: string,
  line: number,
  { text, fix }: { readonly text: string; readonly fix: string },
): Said => ({ text: `${file}:${line}: ${text}`, fix });

/** Weaknesses of a pipeline, line by line. */
export const weaknessTexts = {
  unpinnedPackage: {
    text: 'npx installs the newest version',
    fix: 'Name the version, or install from a lock file: keyturn init writes one.',
  },
  ledgerCheckedOut: {
    text: 'the ledger is pushed only after the run: it is lost with the runner, and a token with it',
    fix: 'Run keyturn init again: the new pipeline sets KEYTURN_STATE=git:origin#keyturn-ledger.',
  },
  packageScripts: {
    text: 'scripts of packages run beside the credentials',
    fix: 'Add --ignore-scripts.',
  },
  unpinnedAction: {
    text: 'the action is not pinned to a commit',
    fix: 'Write the 40 digits of the commit after the @.',
  },
  forkEvents: {
    text: 'the workflow runs with secrets for events that a fork triggers',
    fix: 'Run it only on a schedule and by hand.',
  },
  writeAll: {
    text: "the job's own token has all permissions",
    fix: 'Name only the permissions that the job needs.',
  },
  defaultPermissions: {
    text: "the job's own token has all permissions that the repository's settings allow",
    fix: 'Add permissions: with what the job needs.',
  },
  sharedSecret: {
    text: 'every step of the job can read this secret',
    fix: 'Move it to the env: of the step that rotates.',
  },
} as const;

// adopt.

const predecessorUnknown = (message: string, hint: string): KeyturnError =>
  new KeyturnError('PREDECESSOR_UNKNOWN', message, { hint, effect: 'none' });

/** @param evidence as {@link evidenceTexts} */
export const sinkHoldsOther = (sink: string, token: string, evidence: string): KeyturnError =>
  predecessorUnknown(
    `${sink} does not seem to hold ${token}: ${evidence}`,
    'Name the token that jobs use now, or remove the sink from this rotation.',
  );

export const sinksDisagree = (
  rotation: string,
  issuer: string,
  disagreement: string,
): KeyturnError =>
  predecessorUnknown(
    `${rotation}: no token of ${issuer} matches what its sinks show (${disagreement})`,
    'Use separate rotations for sinks that hold different tokens, or rotate without adopting: then all of them get a new token.',
  );

/** @param tokens that match what the sinks show; none if the sinks show nothing */
export const tokenAmbiguous = (rotation: string, tokens: readonly string[]): KeyturnError =>
  predecessorUnknown(
    `${rotation}: ${
      tokens.length === 0
        ? 'its sinks do not show the current token'
        : `what its sinks show matches ${listed(tokens)}`
    }`,
    `Name the token: keyturn adopt ${shellWord(rotation)} --token-id TOKEN_ID; to list tokens: keyturn token list --rotation ${shellWord(rotation)} --sort used`,
  );

export const tokenOwned = (token: string, owner: string, rotation: string): KeyturnError =>
  new KeyturnError('TOKEN_IN_USE', `${token} belongs to the rotation ${owner}`, {
    hint: `Give this rotation a token of its own: keyturn rotate ${shellWord(rotation)} --replaces ${shellWord(token)}.`,
    effect: 'none',
  });

export const WHICH_TOKEN = 'The sinks do not show which token they hold. Which one is it?';
export const TOKEN = 'Token';
export const USED_BY_KEYTURN = 'used by keyturn';

/** What a sink suggests about its token. */
export const evidenceTexts = {
  id: (seen: string, id: string): string => `${seen} is ${id}`,
  tail: (seen: string, tail: string): string => `${seen} is …${tail}`,
  nothing: 'shows nothing, so it counts as holding the token',
  absence: 'has none of the names',
  failure: (message: string): string =>
    `cannot be checked, so it counts as holding the token (${message})`,
} as const;

export const ADOPTED = 'adopted';
export const HAS_ALREADY = 'already has';

export const replacedAfter = (at: string): string =>
  `replaced by the first run after ${readableTime(at)}`;

export const replacedNow = (reason: string, rotation: string): string =>
  `due now (${reason}): the next keyturn rotate ${shellWord(rotation)} replaces and later revokes it`;

export const idBeside = (sinks: readonly string[], seen: string): string =>
  `keyturn writes the id as a secret, but jobs of ${listed(sinks, 5)} might read it from ${seen}: let them read the secret before the first rotation, otherwise they will fail`;

// audit: errors, gaps and the frame.

export const noRulesLeft = (): KeyturnError =>
  new KeyturnError('USAGE_INVALID', 'no rule left to check', {
    hint: 'Ignore fewer rules.',
    effect: 'none',
  });

/** @param meant the nearest id or name; @param all ids with names */
export const ruleNotFound = (
  text: string,
  meant: string | undefined,
  all: readonly string[],
): KeyturnError =>
  new KeyturnError('USAGE_INVALID', `unknown rule "${text.slice(0, 80)}"`, {
    hint: meant === undefined ? `Use one of ${all.join(', ')}.` : `Did you mean ${meant}?`,
    effect: 'none',
  });

export const reportUnreadable = (file: string): KeyturnError =>
  new KeyturnError('FILE_FAILED', `${file.slice(0, 200)} cannot be read`, {
    hint: 'Check the path of the report.',
    effect: 'none',
  });

export const gitleaksInvalid = (file: string): KeyturnError =>
  new KeyturnError('USAGE_INVALID', `${file.slice(0, 200)} is not a JSON report of gitleaks`, {
    hint: 'Create it with: gitleaks git --report-format json --report-path FILE',
    effect: 'none',
  });

export const auditInterrupted = (): KeyturnError =>
  new KeyturnError('INTERRUPTED', 'the audit was interrupted', {
    hint: 'Run it again.',
    effect: 'none',
  });

export const REPOSITORY = 'the repository';
export const FILES = 'the files';
export const HISTORY = 'the history';

/** Why a repository was not searched completely. */
export const gitGaps = {
  missing: { reason: 'git is not installed', fix: 'Install git.' },
  time: {
    reason: 'the search took longer than a minute',
    fix: 'Exclude large folders with --exclude.',
  },
  size: {
    reason: 'too much text looks like a token',
    fix: 'Exclude the files where that is intended with --exclude.',
  },
  failed: {
    reason: 'not a git repository, or git cannot read it',
    fix: 'Run it in the work tree of a repository, and check what `git status` reports.',
  },
  shallow: {
    reason: 'the clone is shallow, so older commits are missing',
    fix: 'Fetch everything: git fetch --unshallow, or fetch-depth: 0 in a workflow.',
  },
} as const;

export const HISTORY_TOO_LONG = 'it contains more commits than can be searched';
export const NOTHING_TO_COMPARE = 'it shows nothing that can be compared';

export const NOTHING_CHECKED = 'nothing was checked';
export const NO_TOKEN_CHECKED = 'no token was checked';
export const NOTHING_FOUND = 'nothing found';
export const NOT_ALL_CHECKED = 'not everything could be checked';
export const NOT_CHECKED = 'not checked, or not completely';
export const HEURISTIC = ' (judged by names, might be intended)';

export const moreInJson = (number: number): string => `and ${number} more: see --json`;

export const ruleNotChecked = (rules: readonly string[], subject: string, reason: string): string =>
  `${rules.join(' ')} not checked: ${subject}: ${reason}`;

// audit: what each rule is about. A fix has no final period.

export const notRotated = (names: readonly string[], kinds: readonly string[]) => ({
  text: `reads ${listed(names)}, which no rotation writes`,
  fix: `If it is a credential of ${kinds.join(' or ')}, add a rotation with issuer: { kind: ${kinds[0] ?? ''} } and these names: keyturn discover shows the lines.`,
});

export const ruleTexts = {
  tooOld: {
    summary: 'A token is older than allowed.',
    help: 'A secret that lives for years has been in more logs, laptops and memories than anyone knows. Rotations have a `maxAge`; other tokens are limited to 90 days.',
  },
  expiring: {
    summary: 'A token has expired, or expires soon.',
    help: 'Everything that uses an expired token fails with 401. `keyturn rotate` replaces a token after two thirds of its lifetime, so a token this close to its end is not rotated often enough, or not at all.',
  },
  noExpiry: {
    summary: 'A token never expires.',
    help: 'A forgotten token stays valid forever. With `token: { ttl: 120d }`, a rotation requests tokens that expire on their own, even if no run can revoke them.',
  },
  drift: {
    summary: 'A sink does not hold the expected token.',
    help: 'The secret was changed or removed outside keyturn: jobs that read it might fail, and the ledger is no longer correct. What a platform shows differs: an id or its end, the end of the value, or whether it was written since.',
  },
  inGit: {
    summary: 'A secret is in the files or the history of a git repository.',
    help: 'Anyone who can read the repository, a fork, a clone or a cache of it, now or later, has the token. Replace it first: removing it from the files does not remove it from the history, and rewriting the history does not remove it from clones. A replaced token can stay there.',
  },
  tooPowerful: {
    summary: 'A token has more permissions than it seems to need.',
    help: 'Permissions beyond the `token.permissions` of the rotation are certain. Others are judged by their names only (deleting, and changing the organization or its tokens), so they might be intended: list them in `token.permissions`, and they are no longer reported.',
  },
  shared: {
    summary: 'Several CI systems use one token.',
    help: 'After a leak in one system, the token must be replaced in all of them, and the issuer cannot show which one used it. A rotation for each system costs nothing.',
  },
  unused: {
    summary: 'A token is not used.',
    help: 'A token that nobody uses can only be abused. The issuer shows when each token was last used.',
  },
  unmanaged: {
    summary: 'No rotation manages a token.',
    help: 'The issuer lists it, but no ledger contains it, so nobody replaces it. A token that keyturn created is an orphan, or belongs to a ledger that is kept elsewhere; keyturn never revokes a token that is not in its ledger.',
  },
  fixed: {
    summary: 'A token cannot be replaced without an outage.',
    help: 'Its issuer ends the old secret in the moment in which it creates the new one, so every job that reads it fails until it has the new one. Jobs need a credential of their own, which can be rotated.',
  },
  rotatable: {
    summary: 'A pipeline reads a credential that keyturn could rotate, and no rotation does.',
    help: 'The names are those of an installed issuer. What they contain is not known: a rotation of its own replaces it like every other token.',
  },
  missing: {
    summary: 'The current token of a rotation no longer exists.',
    help: 'The token was deleted outside keyturn, so every job that reads it fails with 401.',
  },
} as const;

/** What a rule found; text and fix follow the subject. */
export interface Found {
  readonly text: string;
  readonly fix: string;
}

/** @param why the issuer's */
export const notReplaceable = (why: string): Found => ({
  text: `cannot be replaced without an outage: ${printable(why, 100)}`,
  fix: 'If jobs use it, create a credential for them, and give it a rotation',
});

/**
 * @param rotation undefined if no rotation manages the token
 * @param isActing keyturn itself uses it
 * @param address the token as the commands for tokens need it
 */
export const replaceToken = (
  token: string,
  rotation: string | undefined,
  isActing: boolean,
  address: string,
): string => {
  if (rotation !== undefined) return `Replace it: keyturn rotate ${shellWord(rotation)}`;
  const adopt = `Give it a rotation and run keyturn rotate NAME --replaces ${shellWord(token)}`;
  return isActing ? adopt : `${adopt}, or delete it: keyturn token delete ${address}`;
};

/** @param age and @param most milliseconds */
export const olderThan = (age: number, most: number, fix: string): Found => ({
  text: `is ${roughly(age)} old, but the maximum is ${roughly(most)}`,
  fix,
});

/** @param isUnseen it might only be under names that keyturn does not write */
export const stillHeld = (
  sinks: readonly string[],
  rotation: string,
  isUnseen: boolean,
): string => {
  const held = `It was replaced, but ${sinks.join(', ')} might still hold it`;
  return isUnseen
    ? `${held}; once no job reads it there: keyturn rotate ${shellWord(rotation)} --allow missing-names`
    : `${held}: run keyturn rotate ${shellWord(rotation)}; if that does not write it, keyturn status ${shellWord(rotation)} says what does`;
};

/** @param left milliseconds */
export const expires = (left: number, fix: string): Found => ({
  text: left <= 0 ? `expired ${roughly(-left)} ago` : `expires in ${roughly(left)}`,
  fix,
});

export const neverExpires = (isManaged: boolean): Found => ({
  text: 'never expires',
  fix: isManaged
    ? 'Give the tokens of the rotation a lifetime, such as token: { ttl: 120d }'
    : 'Replace it with a token that expires: keyturn token create --name NAME --ttl 120d, or a rotation with token.ttl',
});

export const rewrite = (rotation: string): string =>
  `Write it again: keyturn rotate ${shellWord(rotation)} --force`;

export const secretRemoved = (rotation: string): string =>
  `no longer has the secret of ${rotation}`;

export const secretChanged = (rotation: string): string =>
  `is not what ${rotation} wrote: it was changed, or a part of it is missing`;

/** @param shown as {@link shownText} */
export const holdsOther = (shown: string, rotation: string, current: string): string =>
  `${shown}, but the token of ${rotation} is ${current}`;

export const alignOther = (rotation: string, current: string): string =>
  `If jobs read it there, let them read what ${rotation} delivers, or change it to ${current}; if not, remove it`;

export const deliverWorking = (rotation: string): string =>
  `If its jobs fail, deliver a working token: keyturn rotate ${shellWord(rotation)}; if it belongs to another account, use a rotation there`;

/** `holds the id abc123def456`. */
export const shownText = (by: 'id' | 'clue' | 'tail', text: string, seen: string): string => {
  if (by === 'id') return `holds the id ${text}`;
  return by === 'clue'
    ? `has another id beside its secrets: ${seen} is ${text}`
    : `shows an id that ends with ${text}`;
};

export const ofNoToken = (shown: string, issuer: string): string =>
  `${shown}, which no token of ${issuer} has`;

/** @param token that matches the end of the id */
export const likeToken = (shown: string, token: string): string => `${shown}, as ${token} does`;

interface LeakPlace {
  /** Undefined if only the history contains it. */
  readonly line: number | undefined;
  readonly commit: string | undefined;
  readonly token: string | undefined;
  /** The token as the commands for tokens need it. */
  readonly address: string | undefined;
  readonly rotation: string | undefined;
  readonly isToken: boolean;
}

export const leaked = ({ line, commit, token, address, rotation, isToken }: LeakPlace): Found => {
  const what = isToken ? 'a token' : 'what looks like a secret';
  const whose = token === undefined ? '' : ` beside the id ${token}`;
  const since = commit === undefined || line === undefined ? '' : `, since commit ${commit}`;
  const replace =
    rotation !== undefined
      ? `Replace it now: keyturn rotate ${shellWord(rotation)} --force --grace 0`
      : token !== undefined
        ? `Replace it now: keyturn rotate NAME --replaces ${shellWord(token)} --grace 0, or delete it: keyturn token delete ${address}`
        : 'Find out which token it is (keyturn token list), and replace or delete it';
  return {
    text: `contains ${what}${whose}${since}`,
    fix: line === undefined ? replace : `${replace}; then remove it from the file`,
  };
};

export const leakSubject = (
  file: string,
  line: number | undefined,
  commit: string | undefined,
): string => (line === undefined ? `${file} in commit ${commit ?? ''}` : `${file}:${line}`);

/** @param token as the commands for tokens need it; undefined if its permissions cannot be changed */
export const beyondListed = (
  rotation: string,
  token: string | undefined,
  permissions: readonly string[],
): Found => ({
  text: `has permissions that its rotation does not list: ${permissions.join(', ')}`,
  fix:
    token === undefined
      ? `Replace it by one without them: keyturn rotate ${shellWord(rotation)} --force`
      : `Remove them: keyturn token ungrant ${token} ${permissions.map(shellWord).join(' ')}`,
});

/** @param token as for {@link beyondListed} */
export const powerful = (token: string | undefined, permissions: readonly string[]): Found => ({
  text: `has the permissions ${permissions.join(', ')}`,
  fix:
    token === undefined
      ? 'If its jobs do not need all of them, replace it: a rotation that lists token.permissions creates one with those only'
      : `If its jobs do not need them: keyturn token ungrant ${token} ${permissions.map(shellWord).join(' ')}`,
});

export const deliversToSeveral = (kinds: readonly string[]): Found => ({
  text: `delivers one token to ${kinds.join(', ')}`,
  fix: 'Give each of them its own rotation',
});

export const isInSeveral = (sinks: readonly string[], rotations: readonly string[]): Found => ({
  text: `is in ${sinks.join(', ')}`,
  fix: `Give each its own token: keyturn rotate ${rotations.map(shellWord).join(' ')} --force`,
});

/** @param idle milliseconds; @param rotation undefined if none manages it */
export const notUsed = (
  token: string,
  idle: number,
  wasUsed: boolean,
  rotation: string | undefined,
): Found => ({
  text: wasUsed ? `was last used ${roughly(idle)} ago` : `has not been used in ${roughly(idle)}`,
  fix:
    rotation === undefined
      ? `Delete it: keyturn token delete ${token}`
      : `Check whether anything reads what ${rotation} delivers; if not, remove the rotation and delete the token`,
});

export const UNMANAGED_ACTING = 'is the token that keyturn uses, but no rotation manages it';
export const UNMANAGED_OURS = 'was created by keyturn, but no ledger here contains it';
export const UNMANAGED = 'is in no ledger';

/** @param token as the commands for tokens need it; @param isRetired it was replaced */
export const leftBehind = (token: string, rotation: string, isRetired: boolean): Found => ({
  text: `is ${isRetired ? 'a replaced' : 'the'} token of ${rotation}, which is not in the configuration: no run ${isRetired ? 'revokes' : 'replaces'} it`,
  fix: `Put ${rotation} back, or continue it under its new name: keyturn adopt NAME --from ${shellWord(rotation)}; if nothing uses the token, delete it: keyturn token delete ${token}`,
});

export const shownBySinks = (text: string, sinks: readonly string[]): string =>
  sinks.length === 0
    ? text
    : `${text}, and ${sinks.join(', ')} ${sinks.length === 1 ? 'shows' : 'show'} it`;

export const ledgerElsewhere = (token: string): string =>
  `Check whether its ledger is kept elsewhere (KEYTURN_STATE); if not, delete it: keyturn token delete ${token}`;

/** @param isCopied the permissions of a new token would be copied from it */
export const currentGone = (issuer: string, rotation: string, isCopied: boolean): Found => ({
  text: `is not among the tokens of ${issuer}`,
  fix: `${isCopied ? 'List token.permissions in the configuration, since they cannot be copied any more, and issue' : 'Issue'} a new one: keyturn rotate ${shellWord(rotation)} --force`,
});

function whenText(at: string | undefined): string {
  return at === undefined ? 'in a while' : `after ${at}`;
}

function conjoined(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

function classOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
