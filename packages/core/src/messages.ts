import { KeyturnError, type Effect, type ErrorCode } from './contracts/errors.ts';
import type { Target } from './contracts/target.ts';
import { shellWord } from './text/shell.ts';
import { nearest, printable } from './text/text.ts';

/** Everything that this package says to users: code, message and hint, side by side. */

const RESTORE_LEDGER =
  'Restore the ledger from its last good copy: keyturn does nothing on a history that was altered.';

// Values in the configuration.

export const durationInvalid = (text: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `"${text}" is not a duration`, {
    hint: 'Use a number and a unit, such as 90d, 12h, 30m, 45s or 1h30m.',
    effect: 'none',
  });

/** @param path the keys that lead to the option, empty for all options together */
export const optionInvalid = (
  where: string,
  path: string,
  why: string | undefined,
): KeyturnError => {
  const option = path === '' ? where : `${where} (${path})`;
  return new KeyturnError('CONFIG_INVALID', `${option}: ${why ?? 'invalid'}`, { effect: 'none' });
};

export const fieldUnknown = (field: string, known: readonly string[]): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `names.${field}: the credential has no such field`, {
    hint: `Use one of these fields: ${known.join(', ')}.`,
    effect: 'none',
  });

// Issuers.

/** @param areOfUser they belong to a user or an app */
export const permissionsFixed = (issuer: string, areOfUser: boolean): KeyturnError =>
  new KeyturnError('USAGE_INVALID', `${issuer}: permissions of a token cannot be changed`, {
    hint: areOfUser
      ? 'Change what its user or app is allowed to do instead.'
      : 'Create a token with the permissions that you need: keyturn token create --permission NAME.',
    effect: 'none',
  });

export const noOverlap = (issuer: string): KeyturnError =>
  new KeyturnError(
    'CONFIG_INVALID',
    `${issuer}: a new token ends the old one at once, so jobs would fail`,
    { hint: 'Use an issuer that allows two tokens at once.', effect: 'none' },
  );

/** @param used the rotation's tokens, with the sinks that jobs get them from; none if one of them ends by itself */
export const noRoom = (
  issuer: string,
  rotation: string,
  used: readonly (readonly [token: string, sinks: string])[],
): KeyturnError => {
  const what = `${issuer}: no more tokens can be created`;
  if (used.length > 1)
    return new KeyturnError(
      'LIMIT_REACHED',
      `${what}, and none of them ends by itself: ${used.map(([token, sinks]) => `${token} (${sinks})`).join('; ')}`,
      {
        hint: `Delete the one that matters least (keyturn token delete ID --rotation ${shellWord(rotation)} --force), and run again at once: jobs that use it fail until then.`,
        effect: 'none',
      },
    );
  return new KeyturnError('LIMIT_REACHED', what, {
    hint:
      used.length === 0
        ? 'Wait until the replaced token is revoked (keyturn status), or delete a token that nobody uses.'
        : 'Delete a token that nobody uses, and run again.',
    effect: 'none',
  });
};

export const accountShared = (
  issuer: string,
  rotations: readonly string[],
  most: number,
): KeyturnError =>
  new KeyturnError(
    'LIMIT_REACHED',
    `${issuer}: there can be ${most} tokens, and the rotation ${rotations.join(' and ')} needs room for two of its own`,
    {
      hint: 'Write to all of the sinks in one rotation, or rotate the tokens of another account here.',
      effect: 'none',
    },
  );

export const noneDisabled = (rotation: string, token: string | undefined): KeyturnError =>
  new KeyturnError(
    'USAGE_INVALID',
    token === undefined
      ? `${ledgerOf(rotation)} has no disabled token`
      : `${ledgerOf(rotation)} has no disabled token ${token}`,
    { hint: 'See what the rotation has: keyturn status.', effect: 'none' },
  );

export const notOurs = (rotation: string, token: string): KeyturnError =>
  new KeyturnError(
    'USAGE_INVALID',
    `token ${token} is in ${ledgerOf(rotation)}, and nothing else says that it belongs to the rotation`,
    { hint: 'Enable it with your provider if it is yours.', effect: 'none' },
  );

export const neverReady = (issuer: string, token: string): KeyturnError =>
  new KeyturnError('VERIFY_FAILED', `${issuer}: token ${token} did not become usable`, {
    hint: 'Run again later: this token is revoked.',
    effect: 'none',
  });

export const idReused = (issuer: string, token: string): KeyturnError =>
  new KeyturnError(
    'ANSWER_INVALID',
    `${issuer}: the new token has the ID of an old one, ${token}`,
    {
      hint: 'Look at the token, and report this to the author of the adapter: nothing was delivered.',
    },
  );

export const candidatesSeveral = (issuer: string, ids: readonly string[]): KeyturnError =>
  new KeyturnError(
    'ANSWER_INVALID',
    `${issuer}: the answer to a request for a token was lost, and several tokens are new: ${ids.join(', ')}`,
    { hint: 'Delete those that nobody uses, and run again.', effect: 'none' },
  );

export const candidateOfAnother = (issuer: string, id: string, rotation: string): KeyturnError =>
  new KeyturnError(
    'ANSWER_INVALID',
    `${issuer}: the answer to a request for a token was lost, and ${id} may be the one that ${rotation} requested`,
    {
      hint: `Run that rotation first (keyturn rotate ${shellWord(rotation)}), or delete ${id} if nobody uses it.`,
      effect: 'none',
    },
  );

// Targets.

const notATarget = (text: string, why: string): KeyturnError =>
  new KeyturnError('TARGET_INVALID', `"${text.slice(0, 200)}" is not a target: ${why}`, {
    hint: 'Use KIND:PATH, such as github:acme/web?environment=production.',
    effect: 'none',
  });

export const targetTooLong = (text: string, most: number): KeyturnError =>
  notATarget(text, `it is longer than ${most} characters`);

export const targetHasControl = (text: string): KeyturnError =>
  notATarget(text, 'it contains a control character');

export const kindMissing = (text: string): KeyturnError =>
  notATarget(text, 'it does not start with KIND:');

export const optionEmpty = (text: string, key: string): KeyturnError =>
  notATarget(text, `"${key}" has no value`);

export const optionTwice = (text: string, key: string): KeyturnError =>
  notATarget(text, `"${key}" appears twice`);

export const encodingInvalid = (text: string, value: string): KeyturnError =>
  notATarget(text, `"${value}" is not URL-encoded`);

/** An error of an adapter that cannot use a target. The effect is `none`. */
export const targetInvalid = ({ text }: Target, what: string, hint: string): KeyturnError =>
  new KeyturnError('TARGET_INVALID', `"${text.slice(0, 200)}": ${what}`, { hint, effect: 'none' });

const didYouMean = (given: string, known: readonly string[], otherwise: string): string => {
  const near = nearest(given, known);
  return near === undefined ? otherwise : `Did you mean ${near}?`;
};

export const targetOptionUnknown = (
  target: Target,
  option: string,
  {
    known,
    place,
    hint,
  }: { readonly known: readonly string[]; readonly place?: string; readonly hint?: string },
): KeyturnError => {
  const what = `unknown option "${option}"${place === undefined ? '' : ` for ${place}`}`;
  const otherwise = hint ?? `Use one of these options: ${known.join(', ')}.`;
  return targetInvalid(target, what, didYouMean(option, known, otherwise));
};

export const targetOptionInvalid = (
  target: Target,
  option: string,
  value: string,
  known: readonly string[],
): KeyturnError => {
  const hint = didYouMean(value, known, `Use one of these values: ${known.join(', ')}.`);
  return targetInvalid(target, `invalid value "${value}" for ${option}`, hint);
};

/** Why a place that a pattern matches is skipped. */
export const pathUnusable = 'its name cannot be written in a target';

// Files.

/** What an error of the operating system means, by its code. */
export const fileProblems: Readonly<
  Record<string, { readonly what: string; readonly hint?: string }>
> = {
  ENOSPC: { what: 'the disk is full', hint: 'Free some disk space, then run it again.' },
  EDQUOT: { what: 'the disk quota is exceeded', hint: 'Free some disk space, then run it again.' },
  EMFILE: {
    what: 'too many open files',
    hint: 'Raise the limit of open files, then run it again.',
  },
  EIO: { what: 'the disk reports an error', hint: 'Check the disk, then run it again.' },
  EROFS: { what: 'the file system is read-only' },
  EACCES: { what: 'permission denied' },
  EPERM: { what: 'operation not permitted' },
  ENOTDIR: { what: 'a part of the path is not a folder' },
};

export const otherFileProblem = (code: string | undefined): string =>
  code === undefined ? 'unexpected error' : `the file system reports ${code}`;

// Names and values of secrets.

export const nameInvalid = (id: string, name: string): KeyturnError =>
  new KeyturnError('NAME_INVALID', `${id}: the name "${name.slice(0, 80)}" is not allowed there`, {
    hint: 'Choose another name for the secret under `names`.',
    effect: 'none',
  });

export const valueTooLong = (id: string, name: string, most: number): KeyturnError =>
  new KeyturnError('VALUE_INVALID', `${id}: the value of ${name} is longer than ${most} bytes`, {
    effect: 'none',
  });

export const valueInvalid = (id: string, name: string): KeyturnError =>
  new KeyturnError(
    'VALUE_INVALID',
    `${id}: the value of ${name} contains characters that cannot be stored there`,
    { effect: 'none' },
  );

// Calls of adapters.

export const adapterFailed = (id: string, method: string, thrown: string): KeyturnError =>
  new KeyturnError('ADAPTER_FAILED', `${id}: ${method} failed with an unexpected ${thrown}`, {
    hint: 'Fix the adapter if it is yours; otherwise, report this to its authors.',
  });

export const callInterrupted = (id: string, method: string, effect: Effect): KeyturnError =>
  new KeyturnError('INTERRUPTED', `${id}: ${method} was interrupted`, {
    hint: 'Run it again.',
    effect,
  });

/** What became of one write of a delivery. */
export type Write = 'done' | 'refused' | 'unknown';

const writes: Readonly<Record<Write, string>> = {
  done: 'is new',
  refused: 'is unchanged',
  unknown: 'might be new',
};

/** A delivery of several names, not all of which were written. */
export const deliveryTorn = (
  id: string,
  names: readonly (readonly [name: string, Write])[],
  { code, message, hint }: KeyturnError,
): KeyturnError => {
  const each = names.map(([name, write]) => `${name} ${writes[write]}`).join(', ');
  return new KeyturnError(code, `${id}: ${each}: ${message}`, {
    ...(hint !== undefined && { hint }),
    effect: 'unknown',
  });
};

/** Why a place was not searched. The same failure has the same words, so that hundreds of places make one line. */
export const skipReasons: Partial<Record<ErrorCode, string>> = {
  PERMISSION_DENIED: 'the credentials are not allowed to read it',
  TARGET_NOT_FOUND: 'it does not exist, or the credentials cannot see it',
  REMOTE_FAILED: 'the server failed',
  REMOTE_REJECTED: 'the server rejected the request',
  TIMED_OUT: 'the server did not respond in time',
  ANSWER_INVALID: 'the response was invalid',
};

// The ledger.

const ledgerOf = (rotation: string): string => `the ledger of ${rotation}`;

const ledgerCorrupt = (where: string, why: string, hint = RESTORE_LEDGER): KeyturnError =>
  new KeyturnError('STATE_CORRUPT', `${where}: ${why}`, { hint, effect: 'none' });

export const recordMisplaced = (where: string, seq: number): KeyturnError =>
  ledgerCorrupt(where, `record ${seq} does not follow the previous record`);

export const lineNotJson = (where: string): KeyturnError =>
  ledgerCorrupt(where, 'the line is not valid JSON');

export const lineNotRecord = (where: string): KeyturnError =>
  ledgerCorrupt(where, 'the line is not a ledger record');

export const lineAltered = (where: string): KeyturnError =>
  ledgerCorrupt(where, 'the line was altered after it was written');

/** @param hint of the store: where good copies are, and which file says so */
export const recordAltered = (where: string, seq: number, hint: string): KeyturnError =>
  ledgerCorrupt(where, `record ${seq} was altered`, hint);

export const recordsMissing = (
  where: string,
  { last, written }: { readonly last: number; readonly written: number },
  hint: string,
): KeyturnError =>
  ledgerCorrupt(where, `it ends after record ${last}, but ${written} records were written`, hint);

export const eventInvalid = (where: string, type: string): KeyturnError =>
  ledgerCorrupt(where, `the event "${type}" is invalid`);

export const eventUnknown = (where: string, type: string): KeyturnError =>
  ledgerCorrupt(
    where,
    `unknown event "${type.slice(0, 40)}"`,
    'If a newer version of keyturn wrote it, use that version; otherwise, restore the ledger from its last good copy.',
  );

export const historyImpossible = (rotation: string, why: string): KeyturnError =>
  ledgerCorrupt(ledgerOf(rotation), why);

export const ledgerUnsigned = (rotation: string): KeyturnError =>
  ledgerCorrupt(
    ledgerOf(rotation),
    'it is not signed, but KEYTURN_LEDGER_KEY is set',
    `Check it first: keyturn history ${shellWord(rotation)}. If you trust it, sign it: keyturn ledger sign ${shellWord(rotation)}`,
  );

export const signatureInvalid = (rotation: string, seq: number): KeyturnError =>
  ledgerCorrupt(
    ledgerOf(rotation),
    `record ${seq} was altered, or was not signed with the key in KEYTURN_LEDGER_KEY`,
    'Set the key that it was signed with, or restore the ledger from its last good copy.',
  );

export const ledgerMismatch = (rotation: string, actual: string): KeyturnError =>
  new KeyturnError(
    'STATE_CORRUPT',
    `${ledgerOf(rotation)} contains the history of the rotation ${actual}`,
    {
      hint: 'Restore the right ledger: keyturn does nothing on the history of another rotation.',
      effect: 'none',
    },
  );

/** @param label a label that is not one of this rotation's */
export const labelForeign = (rotation: string, label: string): KeyturnError =>
  new KeyturnError(
    'STATE_CORRUPT',
    `${ledgerOf(rotation)} contains the label "${label.slice(0, 80)}", which keyturn does not use for this rotation`,
    {
      hint: 'Restore the ledger from its last good copy; after a rename with adopt --from, run it on the machine where you renamed it, or sign the ledgers.',
      effect: 'none',
    },
  );

export const keyMissing = (rotation: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `${ledgerOf(rotation)} is signed, but no key is set`, {
    hint: 'Set KEYTURN_LEDGER_KEY to the key that it was signed with.',
    effect: 'none',
  });

// Events that a ledger refuses.

const transitionInvalid = (why: string): KeyturnError =>
  new KeyturnError('TRANSITION_INVALID', why, { effect: 'none' });

export const eventNotAllowed = (event: string, phase: string): KeyturnError =>
  transitionInvalid(`"${event}" is not allowed in the phase ${phase}`);

export const attemptUnknown = (label: string): KeyturnError =>
  transitionInvalid(`no token was requested under the label ${label}`);

export const tokenUnknown = (token: string): KeyturnError =>
  transitionInvalid(`token ${token} is unknown`);

export const tokenNotDeliverable = (token: string): KeyturnError =>
  transitionInvalid(`token ${token} cannot be delivered anymore`);

export const tokenNotRetired = (token: string): KeyturnError =>
  transitionInvalid(`token ${token} is not retired`);

export const tokenHeld = (token: string, sink: string): KeyturnError =>
  transitionInvalid(`${sink} might still hold token ${token}`);

// The run and its configuration.

export const runInterrupted = (): KeyturnError =>
  new KeyturnError('INTERRUPTED', 'the run was interrupted before it was complete', {
    hint: 'Run it again to continue.',
  });

export const issuerChanged = (rotation: string, known: string, now: string): KeyturnError =>
  new KeyturnError(
    'CONFIG_INVALID',
    `${rotation}: its tokens belong to ${known}, but the configuration names ${now}`,
    {
      hint: 'Change the issuer back, or give the rotation another name to start over there: the old tokens stay as they are.',
      effect: 'none',
    },
  );

export const layoutUnsupported = (sink: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `${sink} does not support the layout slots`, {
    hint: 'Use the layout joined or file: slots needs a variable that jobs read beside the secrets, as in GitHub Actions.',
    effect: 'none',
  });

export const samePlace = (sink: string, other: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `${sink} and ${other} are the same place`, {
    hint: 'Remove one of them from the sinks.',
    effect: 'none',
  });

/** @param names the names that were written with the variable before */
export const slotShared = (
  sink: string,
  variable: string,
  names: readonly string[],
): KeyturnError =>
  new KeyturnError(
    'CONFIG_INVALID',
    `${sink}: the variable ${variable} also decides what jobs read as ${names.join(' and ')}, which the rotation does not write any more`,
    { hint: 'Give the new names a variable of their own: names.slot.', effect: 'none' },
  );

/** @param names the names that stay */
export const slotSplit = (sink: string, variable: string, names: readonly string[]): KeyturnError =>
  new KeyturnError(
    'CONFIG_INVALID',
    `${sink}: jobs may still read ${names.join(' and ')} by the variable ${variable}, which the rotation does not write any more`,
    {
      hint: 'Keep the variable (names.slot), or give all of the names other ones.',
      effect: 'none',
    },
  );

/** @param target the sink in the other rotation; @param name this rotation, if the other one might be its former name */
export const placeTaken = (
  sink: string,
  rotation: string,
  target: string,
  name?: string,
): KeyturnError => {
  const otherwise = `give one of them other names, or forget the sink in that rotation: keyturn forget ${shellWord(rotation)} --sink ${shellWord(target)}`;
  return new KeyturnError(
    'CONFIG_INVALID',
    `${sink}: the rotation ${rotation} writes the same names there`,
    {
      hint:
        name === undefined
          ? `G${otherwise.slice(1)}`
          : `If ${name} is the new name of ${rotation}: keyturn adopt ${shellWord(name)} --from ${shellWord(rotation)}; if not, ${otherwise}`,
      effect: 'none',
    },
  );
};

// First contact with a sink.

/** @param hint see {@link fittingNames} and {@link existingNames} */
export const namesMissing = (
  sink: string,
  found: readonly string[],
  missing: readonly string[],
  hint: string,
): KeyturnError =>
  new KeyturnError(
    'CONFIG_INVALID',
    `${sink} has ${found.join(' and ')}, but not ${missing.join(' or ')}: writing only some of the names that a job reads would break it`,
    { hint, effect: 'none' },
  );

/** @param names as the configuration writes them */
export const fittingNames = (names: string): string => `Set ${names} in the configuration.`;

export const existingNames = (names: readonly string[]): string =>
  `Set names in the configuration to the names that jobs read (existing names: ${names.slice(0, 10).join(', ') || 'none'}), or create the missing ones.`;

export const namesNew = (sink: string, names: readonly string[]): string =>
  `${sink}: ${names.join(' and ')} will be created`;

export const scopeNotWritten = (sink: string, name: string, scope: string, token: string): string =>
  `${sink}: ${name} also exists for ${scope} and is not written there: a job that reads ${token} there fails once that is revoked`;

/** @param shown where the token shows: `SECRET (scope production)` */
export const tokenElsewhere = (
  sink: string,
  rotation: string,
  token: string,
  shown: readonly string[],
): string => {
  const why =
    shown.length === 0
      ? `none of the names exists, so jobs might read ${token} under other names`
      : `${shown.join(' and ')} ${shown.length > 1 ? 'seem' : 'seems'} to contain ${token}`;
  return `${sink}: ${why}; it is kept until you confirm that no job reads it: keyturn rotate ${shellWord(rotation)} --allow missing-names`;
};

export const nearUnknown = (sink: string, rotation: string, token: string): string =>
  `${sink}: what else jobs read there could not be listed, so it might contain ${token}; it is kept until you confirm that no job reads it: keyturn rotate ${shellWord(rotation)} --allow missing-names`;

// The token in use.

/** @param rotation whose issuer it is */
export const tokenNotFound = (rotation: string, issuer: string, token: string): KeyturnError =>
  new KeyturnError('TOKEN_NOT_FOUND', `${issuer} has no token ${token}`, {
    hint: `Name the id of a token, not its label: keyturn token list --rotation ${shellWord(rotation)}`,
    effect: 'none',
  });

const predecessorUnknown = (message: string, hint: string): KeyturnError =>
  new KeyturnError('PREDECESSOR_UNKNOWN', message, { hint, effect: 'none' });

export const predecessorNotNamed = (): KeyturnError =>
  predecessorUnknown(
    'a new token has no permissions, and the token to copy them from is unknown',
    'Name the token in use with --replaces TOKEN_ID, adopt it with keyturn adopt, or list token.permissions in the configuration.',
  );

/** @param recorded the permissions in the ledger, for the user to judge */
export const predecessorMissing = (token: string, recorded: readonly string[]): KeyturnError =>
  predecessorUnknown(
    `the current token ${token} no longer exists, so its permissions cannot be copied`,
    recorded.length === 0
      ? 'List token.permissions in the configuration.'
      : `List token.permissions in the configuration; those in the ledger are: ${recorded.join(', ')}`,
  );

export const predecessorUnconfirmed = (rotation: string, token: string): KeyturnError =>
  predecessorUnknown(
    `the permissions of ${token} are not copied, because only the ledger says that it belongs to this rotation`,
    `If it does, name it: keyturn rotate ${shellWord(rotation)} --replaces ${shellWord(token)}; or list token.permissions, or sign the ledgers (KEYTURN_LEDGER_KEY).`,
  );

export const predecessorManages = (token: string, permissions: readonly string[]): KeyturnError =>
  predecessorUnknown(
    `${token} has ${permissions.join(', ')}: permissions to manage tokens or members are never copied`,
    'List token.permissions in the configuration, with or without these.',
  );

export const predecessorNotRevoked = (rotation: string): string =>
  `${rotation}: the token that was in use before is unknown, so it was not revoked; ` +
  `to have it revoked, name it: keyturn rotate ${shellWord(rotation)} --replaces TOKEN_ID`;

// Adopting, renaming and forgetting.

const tokenInUse = (message: string, hint: string): KeyturnError =>
  new KeyturnError('TOKEN_IN_USE', message, { hint, effect: 'none' });

export const otherTokenCurrent = (rotation: string, current: string, token: string): KeyturnError =>
  tokenInUse(
    `${rotation}: its current token is ${current}, so ${token} was not adopted`,
    `Wait until the current token is replaced; to see when: keyturn status ${shellWord(rotation)}`,
  );

export const newTokenUnderWay = (rotation: string): KeyturnError =>
  tokenInUse(
    `${rotation}: a rotation is in progress`,
    `Finish it first: keyturn rotate ${shellWord(rotation)}`,
  );

export const tokenReplaced = (rotation: string, token: string): KeyturnError =>
  tokenInUse(
    `${rotation}: ${token} has already been replaced and is about to be revoked`,
    'Name the token that is in use now.',
  );

export const formerNameUnknown = (from: string): KeyturnError =>
  new KeyturnError('USAGE_INVALID', `${ledgerOf(from)} has no token`, {
    hint: 'Use the former name of this rotation.',
    effect: 'none',
  });

/** @param sink of the former name; undefined if it has none */
export const rotationHasTokens = (
  rotation: string,
  from: string,
  sink: string | undefined,
): KeyturnError =>
  tokenInUse(
    `${rotation} already has tokens of its own`,
    sink === undefined
      ? `Keep both ledgers: ${from} has no sinks. Delete its tokens when nothing uses them: keyturn token delete ID.`
      : `Keep both ledgers: first forget each sink of ${from}, then run keyturn rotate ${shellWord(rotation)}. To forget one: keyturn forget ${shellWord(from)} --sink ${shellWord(sink)}`,
  );

export const formerIssuerOther = (
  rotation: string,
  issuer: string,
  from: string,
  formerIssuer: string,
): KeyturnError =>
  new KeyturnError(
    'CONFIG_INVALID',
    `the tokens of ${from} belong to ${formerIssuer}, but ${rotation} is configured for ${issuer}`,
    { hint: 'Change the issuer in the configuration.', effect: 'none' },
  );

export const sinkUnknown = (
  rotation: string,
  sink: string,
  known: readonly string[],
): KeyturnError =>
  new KeyturnError('USAGE_INVALID', `${ledgerOf(rotation)} has no sink ${sink}`, {
    hint: `Use one of these sinks: ${known.join(', ') || 'none'}.`,
    effect: 'none',
  });

/** @param until ISO 8601 */
export const writeMightLand = (sink: string, until: string): KeyturnError =>
  tokenInUse(
    `an unanswered write to ${sink} might still take effect, so the sink was not forgotten`,
    `Run it again after ${until}: the write has taken effect by then, or never will.`,
  );

// Delivering and revoking.

export const canaryFailed = (sink: string, token: string, url: string | undefined): KeyturnError =>
  new KeyturnError(
    'TRIAL_FAILED',
    `${sink}: the canary job failed with the new token ${token}${url === undefined ? '' : `: ${url}`}`,
    {
      hint: 'Fix the job and run it again with --canary; until then, the previous token stays valid.',
      effect: 'none',
    },
  );

export const heldElsewhere = (token: string, rotation: string): KeyturnError =>
  tokenInUse(
    `token ${token} was not revoked, because the sinks of the rotation ${rotation} might hold it`,
    `Rotate that one first, and then this one again: keyturn rotate ${shellWord(rotation)}`,
  );

/** @param name this rotation */
export const issuedElsewhere = (
  name: string,
  token: string,
  rotation: string,
  sink: string,
): KeyturnError =>
  tokenInUse(
    `token ${token} belongs to the rotation ${rotation}, and ${sink} might hold it`,
    `If ${name} is the new name of ${rotation}: keyturn adopt ${shellWord(name)} --from ${shellWord(rotation)}; if not, remove --replaces, and list token.permissions, or forget the sinks of a rotation that no longer exists: keyturn forget ${shellWord(rotation)} --sink ${shellWord(sink)}`,
  );

export const actingTokenKept = (issuer: string, token: string): KeyturnError =>
  tokenInUse(
    `${issuer}: token ${token} was not revoked, because keyturn acts with it`,
    'Run it again with the new token in its environment: that run revokes the old one.',
  );

export const actingTokenLeaked = (issuer: string, token: string): KeyturnError =>
  tokenInUse(
    `${issuer}: token ${token} cannot be revoked first, because keyturn acts with it`,
    'Remove --revoke-first, or act with other credentials.',
  );

export const newTokenNotVisible = (token: string): KeyturnError =>
  new KeyturnError(
    'TOKEN_NOT_FOUND',
    `token ${token} was created, but the issuer does not show it yet`,
    { hint: 'Run it again in a few minutes to revoke it.' },
  );

/** What only a ledger that others can write says. */
export const tokenUnconfirmed = (rotation: string, token: string): string =>
  `${rotation}: token ${token} was not revoked, because only the ledger says that it belongs to this rotation; ` +
  `if it does: keyturn rotate ${shellWord(rotation)} --replaces ${shellWord(token)}`;

/** @param usedAt ISO 8601 */
export const tokenWasInUse = (rotation: string, token: string, usedAt: string): string =>
  `${rotation}: token ${token} was still in use (last at ${usedAt}) when its maximum grace period ended: jobs that use it fail now`;

/** @param sinks those whose token is revoked */
export const sinksCutOff = (rotation: string, sinks: string): string =>
  `${rotation}: jobs of ${sinks} fail, because their token is revoked; to write them: keyturn rotate ${shellWord(rotation)}`;

// A token that leaked.

export const outageAhead = (rotation: string, token: string, sinks: string): string =>
  `${rotation}: token ${token} will be revoked first: jobs of ${sinks} will fail until they have the new one`;

export const outageCaused = (rotation: string, token: string, sinks: string): string =>
  `${rotation}: token ${token} was revoked first: jobs of ${sinks} failed until they had the new one`;

export const leakShared = (rotation: string, token: string, other: string): string =>
  `${rotation}: token ${token} also belongs to the rotation ${other}: keyturn rotate ${shellWord(other)} --break-glass`;

export const leakStillValid = (rotation: string, tokens: string): string =>
  `${rotation}: leaked and still valid: ${tokens}; ` +
  'run it again with --break-glass until they are revoked, because a run without it waits for the grace period';

// Drift.

const toReplace = (rotation: string): string =>
  `to replace it: keyturn rotate ${shellWord(rotation)} --force`;

/** @param copies the permissions of a new token are copied from it */
export const currentTokenDeleted = (rotation: string, token: string, copies: boolean): string => {
  const copied = copies ? ', so its permissions cannot be copied: list token.permissions' : '';
  return `${rotation}: the current token ${token} was deleted at its issuer${copied}; ${toReplace(rotation)}`;
};

export const currentTokenDisabled = (rotation: string, token: string): string =>
  `${rotation}: the current token ${token} was disabled at its issuer by somebody else; ${toReplace(rotation)}`;

export const sinkDrifted = (
  rotation: string,
  sink: string,
  what: 'removed' | 'overwritten',
): string =>
  `${rotation}: what keyturn wrote to ${sink} was ${what} by somebody else; ${toReplace(rotation)}`;

export const notLookedAt = (id: string, why: string): string =>
  `${id}: not checked for drift: ${why}`;

// Ledgers in stores.

/** @param where the ledger, as the store names it */
export const ledgerChanged = (where: string): KeyturnError =>
  new KeyturnError(
    'STATE_CONFLICT',
    `${where}: it does not end with the record that this run continues from`,
    { hint: 'Run it again: it reads the ledger again.', effect: 'none' },
  );

export const lockContended = (rotation: string): KeyturnError =>
  new KeyturnError(
    'STATE_BUSY',
    `rotation "${printable(rotation, 100)}" is locked by other runs again and again`,
    { hint: 'Run it again when fewer runs are active.', effect: 'none' },
  );

export const lockTaken = (where: string, effect: Effect = 'none'): KeyturnError =>
  lockLost(where, 'another run has taken over the lock', effect);

export const lockRemoved = (where: string, effect: Effect = 'none'): KeyturnError =>
  lockLost(where, 'the lock was removed, or another run has taken it over', effect);

export const lockReleased = (where: string): KeyturnError =>
  lockLost(where, 'the lock was released', 'none');

// Copying ledgers.

export const ledgerAbsent = (rotation: string): KeyturnError =>
  new KeyturnError('USAGE_INVALID', `rotation "${rotation}" has no ledger to copy`, {
    hint: 'See which there are: keyturn ledger show',
    effect: 'none',
  });

export const sameLedger = (rotation: string): KeyturnError =>
  new KeyturnError(
    'USAGE_INVALID',
    `${ledgerOf(rotation)} is the same in the source and in the target`,
    { hint: 'Name another store with --to.', effect: 'none' },
  );

export const otherHistory = (rotation: string, record: number): KeyturnError =>
  new KeyturnError(
    'STATE_CONFLICT',
    `the ledger of "${rotation}" in the target has another history from record ${record} on`,
    {
      hint: 'Find out which of the two is in use, and move the other one away.',
      effect: 'none',
    },
  );

function lockLost(where: string, what: string, effect: Effect): KeyturnError {
  return new KeyturnError('STATE_LOST', `${where}: ${what}`, {
    hint: 'Run it again: it continues where the other run stopped.',
    effect,
  });
}
