import { KeyturnError, printable, type ErrorCode, shellWord } from '@keyturn/core';

import type { Fixed } from './workflows/fixed.ts';

/** Everything that the commands say to users, except the rows of their reports: code, message and hint, side by side. */

const AGAIN = 'Run it again.';

// The program as a whole.

/** What an error that nobody expected is reported as; it has no code. */
export const unexpected = (name: string): { readonly message: string; readonly hint: string } => ({
  message: `stopped by an unexpected ${name}; the ledger is consistent`,
  hint: 'Run it again, and report this with the command that you ran.',
});

/** The same outside of any command: something failed that nobody awaited. */
export const unexpectedOutside = (name: string): ReturnType<typeof unexpected> => ({
  message: unexpected(name).message,
  hint: 'Run it again, and report this with the command that you ran: most likely, an adapter did not await a promise.',
});

export const stalled = (): string =>
  'keyturn: stalled: an adapter never responded; the ledger is consistent\n' +
  '  Run it again with --debug, and report the last lines to the authors of the adapter that they name.\n';

/** Code that keyturn runs ended the process. */
export const endedByCode = (): string =>
  'keyturn: ended before the command was done: code that it ran called process.exit; the ledger is consistent\n' +
  '  Remove the call from the configuration, or from the adapter.\n';

export const interruptedRun = (): string =>
  'interrupted: the current step is finished first; interrupt again to stop at once';

/** Node's certificate check is switched off. */
export const unverified = (variable: string): { readonly text: string; readonly fix: string } => ({
  text: `${variable} is 0: no certificate is checked, so anybody on the network path can read and change the requests`,
  fix: `Unset ${variable}; for a certificate authority of your own, set NODE_EXTRA_CA_CERTS to its certificate.`,
});

// Checking the configuration.

/** @param rotations their number, in words */
export const configurationValid = (file: string, rotations: string): string =>
  `${file} is valid, with ${rotations}.`;

// The command line.

export const durationInvalid = (option: string, error: KeyturnError): KeyturnError =>
  new KeyturnError('USAGE_INVALID', `${option}: ${error.message}`, {
    ...(error.hint !== undefined && { hint: error.hint }),
    effect: 'none',
  });

export const checkUnknown = (text: string): KeyturnError =>
  usage(
    `--allow ${printable(text, 80)}: there is no such check`,
    'Use tracked-file, missing-names or host:NAME.',
  );

/** What the parser of the command line says, and how we say it. */
export const wordings: readonly (readonly [RegExp, string])[] = [
  [/^option '.*?(--[\w-]+).*?' argument '(.*)' is invalid$/s, '$1: invalid value "$2"'],
  [/^command-argument value '(.*)' is invalid for argument '(.*)'$/s, '$2: invalid value "$1"'],
  [/^option '.*?(--[\w-]+).*?' argument missing$/, '$1: missing value'],
  [/^required option '.*?(--[\w-]+).*?' not specified$/, '$1 is missing'],
  [/^missing required argument '(.*)'$/, '<$1> is missing'],
];

export const allMeant = (): string => 'Leave it out: without names, every rotation is meant.';

export const chooseValue = (allowed: string): string => `Use one of these values: ${allowed}.`;

/** @param hint undefined if the parser has no suggestion */
export const commandLineInvalid = (
  message: string,
  hint: string | undefined,
  path: string,
): KeyturnError => usage(message, hint ?? `See the usage: ${path} --help`);

export const limitInvalid = (text: string): KeyturnError =>
  usage(`--limit ${text} is invalid`, 'Use a whole number from 1 up.');

export const fromWithTokenId = (): KeyturnError =>
  usage(
    '--from and --token-id cannot be used together',
    'Leave out --token-id: with --from, the current token comes from the ledger.',
  );

export const printedTwice = (options: readonly string[]): KeyturnError =>
  usage(
    `${options.join(' and ')} cannot be used together: each prints a document`,
    'Write one of them to a file.',
  );

export const watchWithoutTerminal = (): KeyturnError =>
  usage(
    '--watch needs a terminal',
    'Leave out --watch to get the status once; --check, --json and --metrics are for monitoring.',
  );

export const ledgerKeyMissing = (): KeyturnError =>
  usage(
    'KEYTURN_LEDGER_KEY is not set',
    'Create a key, and store it with the secrets of your CI: openssl rand -base64 32',
  );

/** The same error, with more to do. */
export const withMoreHints = (error: KeyturnError, more: readonly string[]): KeyturnError => {
  if (more.length === 0) return error;
  const { code, message, hint, effect } = error;
  return new KeyturnError(code, message, {
    hint: [...(hint === undefined ? [] : [hint]), ...more].join(' '),
    effect,
  });
};

// Questions.

const YES_NO = '[y/N]';

export const questionForget = (sink: string, tokens: readonly string[]): string =>
  `Are you sure that ${sink} no longer contains ${tokens.join(' or ')}? Jobs that still read it there will fail. ${YES_NO} `;

export const questionDelete = (token: string): string =>
  `Delete ${token}? Everything that uses it will fail. ${YES_NO} `;

export const questionUnlock = (rotation: string, holder: string): string =>
  `Is the run of ${printable(holder, 300)} certainly gone? End its lock on ${printable(rotation, 200)}? ${YES_NO} `;

export const questionHeartbeat = (): string =>
  'Request the URL of a monitor after every good run, so that somebody notices if runs stop?';

export const questionAdopt = (rotation: string): string =>
  `Adopt the token in use for ${printable(rotation, 200)} now?`;

/** @param variable the one with the key that signs ledgers */
export const adoptingUnsigned = (variable: string): string =>
  `${variable} is not set, so a ledger that is created now must be signed later.`;

export const notForgotten = (sink: string): KeyturnError =>
  usage(`${sink} was not forgotten`, 'Use --yes to forget it without a question.');

export const notUnlocked = (rotation: string): KeyturnError =>
  usage(`${rotation} is still locked`, 'Use --yes to end the lock without a question.');

export const notDeleted = (id: string): KeyturnError =>
  usage(`token ${id} was not deleted`, 'Use --yes to delete it without a question.');

export const notAnswered = (question: string): KeyturnError =>
  usage(`no valid answer to: ${question}`, 'Run it again: nothing was changed.');

export const questionInterrupted = (): KeyturnError =>
  interrupted('interrupted before the question was answered');

export const answerMissing = (): string => 'Enter a value.';
export const answerYesOrNo = (): string => 'Enter y or n.';
export const answerNumber = (numbers: string): string => `Enter a number, ${numbers}.`;

// Tokens.

export const tokenNotFound = (issuer: string, id: string): KeyturnError =>
  new KeyturnError('TOKEN_NOT_FOUND', `${issuer} has no token ${id}`, {
    hint: `Find out why: keyturn doctor --token-id ${shellWord(id)}`,
    effect: 'none',
  });

export const tokenToAdoptNotFound = (rotation: string, issuer: string, id: string): KeyturnError =>
  new KeyturnError('TOKEN_NOT_FOUND', `${issuer} has no token ${id}`, {
    hint: `List the tokens: keyturn token list --rotation ${shellWord(rotation)}`,
    effect: 'none',
  });

export const sinksEmpty = (rotation: string): KeyturnError =>
  new KeyturnError('PREDECESSOR_UNKNOWN', `${rotation}: none of its sinks contains a token yet`, {
    hint: `Deliver a token with the permissions of an existing one: keyturn rotate ${shellWord(rotation)} --replaces TOKEN_ID`,
    effect: 'none',
  });

export const nameEmpty = (): KeyturnError =>
  usage('--name is empty', 'Choose a name that says who uses the token.');

export const optionWithoutSink = (option: '--force' | '--layout'): KeyturnError =>
  usage(`${option} only works with --sink`, `Add --sink TARGET, or leave out ${option}.`);

const LIFETIME = 'Use a duration such as 30d or 12h, or a number of seconds.';

export const lifetimeInvalid = (why: string): KeyturnError => usage(`--ttl: ${why}`, LIFETIME);

export const lifetimeTooShort = (ttl: string): KeyturnError =>
  usage(`--ttl ${ttl} is shorter than 1 s`, LIFETIME);

export const notMaskable = (): KeyturnError =>
  usage(
    "the log of this job cannot mask the token's secret",
    'Deliver it to a sink instead, such as --sink env:.env.local.',
  );

export const sinkNotSingle = (target: string): KeyturnError =>
  usage(
    `--sink ${target} matches more than one sink`,
    'Name a single sink, or use a rotation for many: keyturn rotate --sink PATTERN',
  );

export const tokenActing = (id: string): KeyturnError =>
  inUse(
    `keyturn uses token ${id} itself`,
    'Set the credentials of another token first, or delete it anyway with --force.',
  );

export const tokenHeld = (id: string, sinks: string | undefined, rotation: string): KeyturnError =>
  sinks === undefined
    ? tokenKept(id, rotation)
    : inUse(
        `token ${id} may be in ${sinks} (rotation ${rotation})`,
        `Replace it with \`keyturn rotate ${shellWord(rotation)} --force\`, or delete it anyway with --force.`,
      );

const tokenKept = (id: string, rotation: string): KeyturnError =>
  inUse(
    `token ${id} was replaced, but jobs of the rotation ${rotation} may still use it`,
    `Let the next run after its grace period revoke it. If ${rotation} is not in the configuration anymore, no run does: delete it with --force when those jobs have ended.`,
  );

export const sinkOwned = (sink: string, rotation: string): KeyturnError =>
  inUse(
    `${sink} belongs to the rotation ${rotation}`,
    `Give it a new token with \`keyturn rotate ${shellWord(rotation)} --force\`, or overwrite it anyway with --force.`,
  );

export const sinkTaken = (sink: string, names: readonly string[]): KeyturnError =>
  inUse(
    `${sink} already contains ${names.join(' and ')}`,
    'Take it over with `keyturn rotate --replaces TOKEN_ID`, or overwrite it with --force.',
  );

/**
 * A new token that could not be delivered: nobody has seen its secret.
 *
 * @param id with what its issuer is reached by
 * @param token its id and name
 */
export const tokenUndelivered = (
  { code, message, hint, effect }: KeyturnError,
  sink: string,
  id: string,
  token: string,
): KeyturnError => {
  const where =
    effect === 'none'
      ? `${sink} contains nothing of it`
      : `${sink} may contain it, or a part of it`;
  const fix = `Delete token ${token} with \`keyturn token delete ${id} --yes\`, and create another: its secret was not shown (${where}).`;
  return new KeyturnError(code, message, {
    hint: hint === undefined ? fix : `${fix} ${hint}`,
    effect,
  });
};

/** A request for a token whose answer was lost. */
export const tokenUnknown = (code: ErrorCode, message: string, hint: string): KeyturnError =>
  new KeyturnError(code, `${message}; the token may have been created`, {
    hint,
    effect: 'unknown',
  });

/** @param id with what its issuer is reached by; @param token its id and name */
export const deleteLostToken = (id: string, token: string): string =>
  `Delete ${token}, whose secret is lost, with \`keyturn token delete ${id} --yes\`, and create another.`;

export const findLostToken = (through: string): string =>
  `Look for it in a minute with \`keyturn token list --sort age${through}\`, and delete it: its secret is lost.`;

export const shownOnce = (): string => 'The token is shown only once.';
export const noTokens = (): string => 'There are no tokens.';
export const tokenDeleted = (token: string): string => `Deleted ${token}.`;
export const tokenEnding = (token: string): string =>
  `The issuer deletes ${token}, which takes some time.`;
export const tokenDisabled = 'disabled: it does not work until it is enabled';
/** @param why as the issuer says it: `it is the default role` */
export const tokenFixed = (why: string): string => `cannot be rotated without an outage: ${why}`;

/** @param option of `token create` for issuers that give permissions at creation */
export const permissionsNotAtCreation = (issuer: string, areOfUser: boolean): KeyturnError =>
  usage(
    `--permission: tokens of ${issuer} do not get permissions at creation`,
    areOfUser
      ? 'Leave it out: a token has the permissions of its user or app.'
      : 'Leave it out, and grant them afterwards: keyturn token grant.',
  );

export const permissionMalformed = (permission: string, why: string): KeyturnError =>
  usage(
    `--permission ${permission}: ${why}`,
    'keyturn token show ID shows those of another token.',
  );

export const permissionsAtCreation = (): string =>
  'For this token alone: keyturn token create --permission NAME.';

/** For tokens whose permissions cannot be changed. */
export const nonePermitted = (database: string | undefined): string =>
  `It has no permissions${database === undefined ? '' : ` on ${database}`}.`;

export const noPermissions = (database: string | undefined): string =>
  `${nonePermitted(database)} Grant some:`;

export const permissionsOfUser = (): string => 'It has the permissions of its user or app.';

// Ledgers.

export const ledgerSigned = (): string => 'the ledger is now signed';
export const ledgerUnchanged = (): string => 'the ledger was already signed with this key';
export const ledgersIn = (location: string): string => `Ledgers in ${location}`;
export const ledgerLine = ({
  rotation,
  records,
  revision,
  lastAt,
  isSigned,
  holder,
}: {
  readonly rotation: string;
  readonly records: number;
  readonly revision: string;
  readonly lastAt: string;
  readonly isSigned: boolean;
  readonly holder: string | null;
}): string => {
  const hash = revision.slice(revision.indexOf(':') + 1, revision.indexOf(':') + 13);
  const signed = isSigned ? ', signed' : '';
  const held = holder === null ? '' : `, held by ${printable(holder, 300)}`;
  return `  ${printable(rotation, 200)}: ${records} records, the last ${hash} at ${lastAt}${signed}${held}`;
};
export const ledgerCopied = (records: number): string =>
  records === 1 ? '1 record copied' : `${records} records copied`;
export const ledgerThere = (): string => 'already there';
export const ledgerTargetNewer = (): string =>
  'the target has newer records: nothing was copied, use the target';
export const lockEnded = (rotation: string, holder: string): string =>
  `The lock of ${printable(holder, 300)} on ${printable(rotation, 200)} has ended: that run can record nothing anymore.`;
export const notLocked = (rotation: string): string => `${printable(rotation, 200)} is not locked.`;
export const unlockUnsupported = (kind: string): KeyturnError =>
  usage(
    `the ${kind} store has no locks that can be ended`,
    'Wait until the other run has ended, or its lock has expired.',
  );
export const noLedgers = (): string => 'There are no ledgers yet.';

export const ledgerContinued = (name: string, from: string, current: string | undefined): string =>
  `${name} continues the ledger of ${from}; its current token is ${current ?? 'unknown'}.`;

export const forgotten = (name: string, sink: string, released: readonly string[]): string => {
  const what =
    released.length === 0
      ? 'No token can be revoked because of that.'
      : `The next run of keyturn rotate ${shellWord(name)} revokes ${released.join(', ')}.`;
  return `${name} has forgotten ${sink}. ${what}`;
};

/** @param tokens of a rotation that is not in the configuration */
export const forgottenByAll = (name: string, sink: string, tokens: readonly string[]): string => {
  const [id = '', ...others] = tokens;
  const [which, named] = others.length > 0 ? ['each', 'ID'] : ['it', shellWord(id)];
  return `${name} has forgotten ${sink}. ${name} is not in the configuration, so no run revokes ${tokens.join(', ')}. Delete ${which} when nothing uses it: keyturn token delete ${named}`;
};

export const released = (name: string, sinks: readonly string[]): string =>
  sinks.length === 0
    ? `${name} waits for no deployment.`
    : `${name} knows that ${sinks.join(', ')} was deployed. The grace period of the replaced token begins.`;

export const enabled = (name: string, tokens: readonly string[]): string =>
  `${tokens.join(', ')} works again. Its grace period begins anew: after it, keyturn rotate ${shellWord(name)} disables it.`;

// Waits.

export const settleText = (until: string, left: string): string =>
  `until ${until}, ${left} left: until then, a lost request might still take effect`;

// Events of a ledger that are out of the ordinary.

export const incidents = {
  continued: (from: string) => `somebody had this rotation continue the ledger of ${from}`,
  handedOver: (to: string) => `somebody had ${to} continue this ledger`,
  adopted: (token: string) => `somebody named ${token} as the current token`,
  declined: (code: string) => `no token was created (${code})`,
  answerLost: (code: string) => `the response with the new token was lost (${code})`,
  lost: (reason: string) => `the token under way was lost: ${reason}`,
  found: (token: string) => `${token}, whose response was lost, was found; it will be revoked`,
  absent: (label: string) => `no token was created as ${label}`,
  rejected: (token: string, code: string) => `${token} did not work (${code}); it will be revoked`,
  notWritten: (sink: string, code: string) => `${sink} was not written (${code})`,
  unanswered: (sink: string, code: string) => `a write to ${sink} is unanswered (${code})`,
  drifted: (sink: string) => `${sink} did not contain what was delivered to it`,
  sameAgain: (sink: string) => `${sink} contains what keyturn wrote again`,
  overwritten: (sink: string) => `${sink} was overwritten by somebody else`,
  removed: (sink: string) => `what keyturn wrote to ${sink} was removed by somebody else`,
  missing: (token: string, isDisabled = false) =>
    `${token} was ${isDisabled ? 'disabled' : 'deleted'} at its issuer by somebody else`,
  back: (token: string) => `${token} is at its issuer again, and works`,
  moved: (sink: string, to: string) =>
    `what ${sink} may contain is recorded under ${to} from now on`,
  outdated: (sink: string) =>
    `the configuration changed: ${sink} will be written under other names`,
  leaked: (token: string) => `somebody reported that ${token} leaked`,
  trialFailed: (sink: string, token: string) => `a job of ${sink} did not work with ${token}`,
  aborted: () => 'somebody aborted the token under way',
  forgotten: (sink: string) => `somebody confirmed that ${sink} contains no token of this rotation`,
  notRevoked: (token: string) => `${token} was not revoked; the next run retried it`,
} as const;

// Sinks and scopes of a search.

export const scopeNotSearchable = (scope: string): KeyturnError =>
  usage(
    `${scope}: this kind of sink cannot list where secrets are used`,
    'Name its targets in the configuration.',
  );

/** @param isBlind no scope was searched; @param failures what could not be */
export const nothingFound = ({
  isBlind,
  failures,
}: {
  readonly isBlind: boolean;
  readonly failures: readonly { readonly isAsked: boolean }[];
}): string => {
  if (!isBlind) return 'No secret with a known name was found.';
  return failures.some(({ isAsked }) => isAsked)
    ? 'Nothing could be searched.'
    : 'Only env files here were searched: name a scope, such as keyturn discover KIND:OWNER.';
};

export const namesUnknown = (place: string, names: string): string =>
  `${place} also contains ${names}`;

export const namesIncomplete = (
  place: string,
  names: readonly string[],
  missing: readonly string[],
): string =>
  `${place} contains ${names.join(', ')}, but not ${missing.join(', ')}: a rotation writes both, so change the jobs to read both from there first`;

export const notSearched = (places: string, reason: string): string =>
  `not searched: ${places}: ${reason}`;

export const moreReasons = (count: number): string => `and more, for ${count} other reasons`;

// What pipelines of the checkout read.

export const pipelineUnread = {
  tooLong: () => 'it is too long',
  tooMany: () => 'there are too many pipelines',
  broken: () => 'it is not valid YAML',
  outside: () => 'it is outside of the checkout',
  unreadable: () => 'it cannot be read',
};

/** @param names those of the secrets */
/** @param what what follows, and @param fix what to do, from the adapter */
export const hazardInPipeline = (
  rotation: string,
  where: string,
  what: string,
  fix: string,
): string =>
  `${rotation}: ${printable(where, 200)} ends a credential of its issuer: ${what}. ${fix}`;

export const pipelinesRead = (files: readonly string[], names: readonly string[]): string =>
  `${files.join(', ')} ${files.length === 1 ? 'reads' : 'read'} ${names.join(' and ')}`;

/** With the two steps that make the value a secret. */
export const fixedInPipeline = (fixed: Fixed): string =>
  `${fixedText(fixed)}. ${fixedSteps(fixed)}`;

export const fixedText = ({ file, line, variable, isLiteral }: Fixed): string => {
  const from = isLiteral ? 'a fixed value' : 'a variable that is not a secret';
  return `${file}:${line} sets ${variable} to ${from}, which a rotation cannot change`;
};

export const fixedSteps = ({ variable, secret, replacement }: Fixed): string => {
  const isFlag = variable.startsWith('--');
  const change =
    replacement === undefined
      ? 'delete the line'
      : `${isFlag ? `remove ${variable}, and add` : 'replace the line with'}: ${replacement}`;
  return `Store the value as the secret ${secret}, then ${change}`;
};

// The configuration, as discover and init write it.

export const nothingToRotate = (hint: string | undefined): KeyturnError =>
  usage('nothing to rotate', hint ?? 'Name the scopes of the secrets: keyturn init KIND:OWNER...');

export const half = (
  target: string,
  names: readonly string[],
  missing: readonly string[],
  proposal: string,
): string =>
  `${target} contains ${names.join(' and ')}, but not ${missing.join(' or ')}, so it is left out. ${proposal}`;

export const notExtendable = (file: string, what: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `${file}: cannot extend ${what} automatically`, {
    hint: 'Add the lines by hand: keyturn discover --json lists them under "additions".',
    effect: 'none',
  });

export const configurationExists = (file: string): KeyturnError =>
  usage(`${file} already exists, and there is no terminal to ask`, 'Use --yes to extend it.');

export const configurationIsProgram = (file: string): string =>
  `${file} is a program, so add this to its rotations by hand:`;

export const addByHand = (file: string, lines: string): string => `Add to ${file}: ${lines}`;

export const nothingToWrite = (): string => 'Nothing was found that could be written.';
export const configurationComplete = (): string =>
  'The configuration already contains all of them.';
export const nothingWritten = (): string => 'Nothing was written.';

export const writeNext = (isNew: boolean): string =>
  `Next: keyturn discover --write ${isNew ? 'creates a' : 'extends the'} configuration.`;

/** @param kind of the issuer */
export const proposed = (names: readonly string[], files: string, kind: string): string =>
  `${files} reads ${names.join(', ')}, which no rotation writes. If it is of ${kind}, add to rotations:`;

// The wizard of init.

export const nobodyToAsk = (): KeyturnError =>
  usage(
    'there is no terminal to ask',
    'Use --yes to accept what is found, or --dry-run to see it.',
  );

export const accountMissing = (title: string, variable: string): KeyturnError =>
  usage(`${title} that owns the tokens is not set`, `Set it: --org ORG, or ${variable}.`);

export const settingMissing = (title: string, option: string): KeyturnError =>
  usage(`${title} is not set`, `Set it: --set ${option}=NAME.`);
export const settingInvalid = (): string => 'Enter the name as the issuer shows it.';
export const optionMalformed = (text: string): KeyturnError =>
  usage(
    `--set ${printable(text, 60)}: not an option`,
    'Use --set OPTION=VALUE, such as --set database=shop.',
  );
export const optionsThere = (kind: string): KeyturnError =>
  usage(
    `--set: the configuration already has the issuer ${kind}`,
    'Change its options in the configuration.',
  );
export const questionIssuer = (): string => 'Issuer of the tokens to rotate';

/** @param kinds of issuers */
export const alsoRead = (
  names: readonly string[],
  file: string,
  kinds: readonly string[],
): string =>
  `${file} also reads ${names.join(', ')}. If it is of ${kinds.join(' or ')}: keyturn init --issuer ${kinds[0] ?? ''}`;

export const accountInvalid = (): string => 'Enter the name as it appears in URLs, such as acme.';

export const durationNeeded = (): string => 'Enter a number with a unit, such as 90d, 12h or 30m.';

export const systemUnknown = (kind: string, known: readonly string[]): KeyturnError =>
  usage(
    `--ci ${kind}: no installed sink has this CI system`,
    `Use one of these values: ${known.join(', ')}; or install its adapter: npm install --save-dev @keyturn/sink-${kind}`,
  );

/** @param what the package and its version, as the manifest has them */
export const packageInvalid = (what: string): KeyturnError =>
  new KeyturnError('ADAPTER_INVALID', `${what} is not a package with an exact version`, {
    hint: 'Reinstall this package from its registry.',
    effect: 'none',
  });

export const rotationNotWritable = (name: string): KeyturnError =>
  unfit('rotation', name, 'Use letters, digits, dots, dashes and underscores.');

export const commandNotWritable = (line: string): KeyturnError =>
  unfit('command', line, 'Use plain words without special characters of a shell.');

export const variableInvalid = (name: string): KeyturnError =>
  new KeyturnError(
    'ADAPTER_INVALID',
    `${printable(JSON.stringify(name), 80)} is not a valid name for a variable of a pipeline`,
    { hint: 'Report this to the authors of the adapter that declares it.', effect: 'none' },
  );

export const lockInterrupted = (): KeyturnError =>
  interrupted('interrupted before the lock file was complete; nothing was written');

export const lockByHand = (folder: string, options: string): string =>
  `Create the lock file of ${folder}, which npm could not create now, and commit it: npm install ${options} --prefix ${folder}. Until then the pipeline fails.`;

export const movePipeline = (): string =>
  'Move the pipeline to the root of the repository: this folder is not the root.';

export const filesRefused = (): KeyturnError =>
  usage('nothing was written', 'Run it again, or write the files by hand.');

export const dryRunOver = (): string => 'Nothing was written: leave out --dry-run to write it.';

export const fileKept = (file: string): string =>
  `${file} was not changed: there is no terminal to ask.`;

/** @param tokens those whose permissions it may get */
export const firstTokenMissing = (rotation: string, sinks: string, tokens: string): string =>
  `${rotation}: ${sinks} contains no token yet, so the first plan fails until you name the token whose permissions the new one gets: keyturn plan ${shellWord(rotation)} --replaces TOKEN_ID${tokens === '' ? '' : ` (${tokens})`}`;

export const firstToken = (rotation: string): string =>
  `keyturn plan ${shellWord(rotation)} --replaces TOKEN_ID, then the same with rotate`;

// The package of a sink.

export const scopesWithSinkPackage = (): KeyturnError =>
  usage('--sink-package does not take scopes', 'Leave out the scopes.');

export const kindInvalid = (kind: string): KeyturnError =>
  usage(
    `"${kind.slice(0, 80)}" is not a valid kind of sink`,
    'Use lowercase letters, digits and dashes, and start with a letter, such as vercel.',
  );

export const kindTaken = (kind: string): KeyturnError =>
  usage(`there is already a sink "${kind}"`, `Install it: @keyturn/sink-${kind}`);

export const folderExists = (folder: string): KeyturnError =>
  usage(`${folder} already exists`, 'Choose another name, or remove the folder first.');

export const folderFailed = (folder: string, code: string): KeyturnError =>
  failed(`cannot create ${folder} (${code})`, 'Run it in a folder that you can write to.');

// Packages.

export const installOne = (name: string): string =>
  `To install one: npm install --save-dev ${name}`;

export const sandboxMissing = (name: string): KeyturnError =>
  new KeyturnError('ADAPTER_NOT_FOUND', 'the sandbox is not installed', {
    hint: `Install it: npm install --save-dev ${name}`,
    effect: 'none',
  });

// Completion.

export const shellUnknown = (name: string, known: readonly string[]): KeyturnError =>
  usage(
    name === '' ? 'the shell is unknown' : `there is no completion for ${printable(name, 80)}`,
    `Name a shell: keyturn completion install ${known.join('|')}`,
  );

export const scriptOfOneShell = (shell: string): KeyturnError =>
  usage(
    `keyturn completion ${shell} prints one script, and takes no other word`,
    `To install it: keyturn completion install ${shell}`,
  );

export const homeUnknown = (): KeyturnError =>
  usage('HOME is not set', 'Set it, or load the script by hand: keyturn completion --help');

export const completionCreated = (file: string): string => `Created ${file}`;
export const completionChanged = (file: string): string => `Changed ${file}`;
export const completionUnchanged = (file: string): string => `Unchanged: ${file}`;
export const completionRemoved = (file: string): string => `Removed it from ${file}`;
export const completionAbsent = (): string => 'Nothing was installed.';

export const completionUndo = (shell: string): string =>
  `New ${shell} shells complete keyturn and rotate. To undo this: keyturn completion uninstall ${shell}`;

export const completionNotOnPath = (): string =>
  'There is no keyturn on your PATH, so a shell has nothing to ask: npm install --global @keyturn/cli, or add node_modules/.bin of your project to PATH.';

// The fleet.

export const fleetMissing = (name: string): KeyturnError =>
  new KeyturnError('ADAPTER_NOT_FOUND', 'the fleet is not installed', {
    hint: `Install it: npm install --save-dev ${name}`,
    effect: 'none',
  });

export const numberInvalid = (
  option: string,
  text: string,
  least: number,
  most: number,
): KeyturnError =>
  usage(
    `${option} ${printable(text, 40)} is invalid`,
    `Use a whole number from ${least} to ${most}.`,
  );

export const scheduledText = (rotations: number, scheduled: number): string =>
  `${rotations} rotation${rotations === 1 ? '' : 's'}, ${scheduled} queued`;

// Files.

const reasons: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'Free some disk space, then run it again.'],
  EDQUOT: ['the disk quota is exceeded', 'Free some disk space, then run it again.'],
  EFBIG: ['the file would be larger than allowed', 'Raise the limit, then run it again.'],
  EROFS: ['the file system is read-only', 'Write to another place.'],
  EPIPE: ['its reader has ended', 'Run it again.'],
  EIO: ['the device reports an error', 'Check the disk or the terminal, then run it again.'],
};

/** Why `what` was not written, by the code of the operating system. */
const unwritten = (what: string, code: string, otherwise: string): [string, string] => {
  const [why, hint] = reasons[code] ?? [`the system reports ${code}`, otherwise];
  return [`cannot write ${what}: ${why}`, hint];
};

/** Results that did not reach standard output: what the command did is done. @param hasSecret a new secret is among them */
export const outputLost = (code: string, hasSecret: boolean): [text: string, hint: string] => {
  const [text, hint] = unwritten(
    'to standard output',
    code,
    'Write to another place, then run it again.',
  );
  if (!hasSecret) return [text, hint];
  return [
    `${text}, so nobody has the secret of the new token`,
    'Delete it, and create another: keyturn token list --sort age lists it last.',
  ];
};

export const reportFailed = (path: string, code: string): KeyturnError =>
  failed(...unwritten(path, code, 'Use a file in an existing folder that you can write to.'));

export const eventsFailed = (path: string, code: string): KeyturnError =>
  failed(
    ...unwritten(
      path,
      code,
      'Use a file in an existing folder that you can write to, or - for standard output.',
    ),
  );

export const eventsBesideJson = (): KeyturnError =>
  usage('--events - and --json both write to standard output', 'Write the events to a file.');

export const reportIsLink = (path: string): KeyturnError =>
  unsafe(`${path} is a symbolic link`, 'Use the path of the file itself, or remove the link.');

export const reportIsNoFile = (path: string): KeyturnError =>
  unsafe(`${path} is not a regular file`, 'Use a regular file, or - for standard output.');

export const fileNotReadable = (path: string, code: string): KeyturnError =>
  failed(`cannot read ${path} (${code})`, 'Check the path and the permissions of the file.');

export const fileNotWritable = (path: string, code: string): KeyturnError =>
  failed(
    `cannot write ${path} (${code})`,
    'Check that its folder exists and that you can write to it.',
  );

export const socketFailed = (path: string, code: string): KeyturnError =>
  failed(
    `cannot listen on ${path} (${code})`,
    'Choose another path for the socket, or remove what is there.',
  );

export const proxyIncomplete = (): KeyturnError =>
  usage('--proxy needs --tls, and USER:PASSWORD', 'Use --tls FOLDER --proxy USER:PASSWORD.');

export const fileChanged = (path: string): KeyturnError =>
  failed(`${path} was changed meanwhile, so it was not written`, AGAIN);

function usage(message: string, hint: string): KeyturnError {
  return new KeyturnError('USAGE_INVALID', message, { hint, effect: 'none' });
}

function inUse(message: string, hint: string): KeyturnError {
  return new KeyturnError('TOKEN_IN_USE', message, { hint, effect: 'none' });
}

function failed(message: string, hint: string): KeyturnError {
  return new KeyturnError('FILE_FAILED', message, { hint, effect: 'none' });
}

function unsafe(message: string, hint: string): KeyturnError {
  return new KeyturnError('FILE_UNSAFE', message, { hint, effect: 'none' });
}

function interrupted(message: string): KeyturnError {
  return new KeyturnError('INTERRUPTED', message, { hint: AGAIN, effect: 'none' });
}

function unfit(what: string, text: string, hint: string): KeyturnError {
  return usage(
    `cannot write the ${what} ${printable(JSON.stringify(text), 80)} into a pipeline`,
    hint,
  );
}
