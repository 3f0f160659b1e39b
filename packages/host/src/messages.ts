import { KeyturnError, nearest, printable, type Reason, shellWord } from '@keyturn/core';

import { count, listed, readableTime, roughly } from './text/words.ts';

/**
 * Everything that this package says to users: code, message and hint, side by side. What a single key of a configuration is for,
 * and what its value must be, is in `config/schema*.ts`.
 */

// Finding the configuration.

export const configurationMissing = (directory: string): KeyturnError =>
  usage(
    `no configuration found in ${directory} or above it`,
    'Create a keyturn.config.yaml there: keyturn init writes one.',
  );

/** @param origin where the path was given, if not on the command line; @param meant a file beside it with a similar name */
export const configurationNotFound = (
  file: string,
  directory: string,
  origin: string | undefined,
  meant: string | undefined,
): KeyturnError =>
  configInvalid(
    file,
    `the file does not exist${origin === undefined ? '' : ` (from ${origin})`}`,
    meant === undefined
      ? `Check the path: a relative path starts at ${directory}.`
      : `Did you mean ${printable(meant, 200)}?`,
  );

/** @param name the one under which it would be found */
export const nameNearlyRight = (file: string, folder: string, name: string): KeyturnError =>
  configInvalid(
    printable(file, 1000),
    'the file looks like a configuration, but is not found by this name',
    `Move it to ${folder}/${name}, or name it with --config.`,
  );

export const configurationAmbiguous = (folder: string, names: readonly string[]): KeyturnError =>
  configInvalid(
    folder,
    `more than one configuration: ${names.join(' and ')}`,
    'Keep one of them, or set KEYTURN_CONFIG to the one to use.',
  );

// Reading the configuration. The place and the key are added by `errorOf` of config/source.ts.

/** What is wrong, and what to write instead. */
export interface Fault {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** @param where `FILE:LINE:COLUMN` or `FILE`; @param message with the key in front */
export const configInvalid = (where: string, message: string, hint?: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `${where}: ${message}`, {
    ...(hint !== undefined && { hint }),
    effect: 'none',
  });

/** @param others the number of further problems in the file */
export const alsoWrong = (hint: string | undefined, others: number): string | undefined =>
  others === 0
    ? hint
    : [
        ...(hint === undefined ? [] : [hint]),
        `To see ${count(others, 'more problem')}, run: keyturn config validate`,
      ].join(' ');

export const extensionUnknown = (extensions: readonly string[]): Fault => ({
  message: 'a configuration must be YAML, JSON, TypeScript or JavaScript',
  hint: `Use one of the extensions ${extensions.join(', ')}.`,
});

/** @param code the operating system's */
export const configurationUnreadable = (code: string | undefined): Fault => ({
  message: `the file cannot be read (${code ?? 'unknown'})`,
  hint: 'Check the path and the permissions of the file.',
});

const NOT_A_CONFIGURATION = 'Check the path: a configuration is much smaller.';

export const configurationNotAFile: Fault = {
  message: 'it is not a file',
  hint: 'Use the path of a file.',
};

export const configurationTooLarge: Fault = {
  message: 'the file is larger than 1 MiB',
  hint: NOT_A_CONFIGURATION,
};

export const configurationNotUtf8: Fault = {
  message: 'the file is not UTF-8 text',
  hint: 'Save it as UTF-8.',
};

export const nestedTooDeep = (limit: number): Fault => ({
  message: `nested more than ${limit} levels deep`,
  hint: NOT_A_CONFIGURATION,
});

export const tooManyOf = (limit: number, what: 'values' | 'aliases'): Fault => ({
  message: `the file contains more than ${limit} ${what}`,
  hint: NOT_A_CONFIGURATION,
});

export const secondDocument: Fault = {
  message: 'a second document begins',
  hint: 'Keep one document: remove the line ---, and what comes after it.',
};

/** @param line of the first one */
export const duplicateKey = (line: number): Fault => ({
  message: `duplicate key, first in line ${line}`,
  hint: 'Keep one of them.',
});

export const aliasOfItself: Fault = {
  message: 'an alias refers to itself',
  hint: 'Write the values without the alias.',
};

export const aliasesExcessive: Fault = {
  message: 'too many aliases: they multiply',
  hint: 'Write the values without the aliases.',
};

/** @param text the alias with its asterisk */
export const aliasUnknown = (text: string): Fault => ({
  message: `${printable(text, 60)} is an alias in YAML, but it has no anchor`,
  hint: `If it is a value, put it in quotes: ${inQuotes(text)}`,
});

/** @param text the anchor with its ampersand */
export const anchorOfNothing = (text: string): Fault => ({
  message: `${printable(text, 60)} is an anchor in YAML, but no value follows`,
  hint: `If it is a value, put it in quotes: ${inQuotes(text)}`,
});

export const mergeInvalid: Fault = {
  message: '<< is not followed by the alias of a mapping',
  hint: 'Write an alias, such as <<: *defaults, or a list of aliases.',
};

/** A value that has to be in quotes, because of its first character. */
const quotesMissing = (text: string, why: string): Fault => ({
  message: why,
  hint: `Put it in quotes: ${inQuotes(text)}`,
});

export const tagUnknown = (tag: string): Fault =>
  tag.startsWith('!!')
    ? {
        message: `the tag ${printable(tag, 60)} is not supported`,
        hint: 'Remove it: a configuration is plain YAML 1.2 or JSON.',
      }
    : quotesMissing(tag, 'a value that begins with ! is a tag in YAML');

export const firstCharacterReserved = (text: string): Fault =>
  quotesMissing(text, `a value in YAML cannot begin with ${text.slice(0, 1)}`);

/** Errors of the YAML parser in plain words, by parts of its own messages. The first that matches counts. */
const SYNTAX: readonly (readonly [RegExp, Fault])[] = [
  [
    /Tabs are not allowed/,
    {
      message: 'the line is indented with a tab',
      hint: 'Indent it with spaces: YAML does not allow tabs.',
    },
  ],
  [/Missing closing ["']/, { message: 'a quote is not closed', hint: 'Close it: "…" or \'…\'.' }],
  [
    /^Flow sequence/,
    { message: 'a list is not closed, or its lines are not indented', hint: 'Close it with ].' },
  ],
  [
    /^Flow map/,
    { message: 'a mapping is not closed, or its lines are not indented', hint: 'Close it with }.' },
  ],
  [
    /block-seq-ind on same line/,
    {
      message: 'a list cannot begin on the line of its key',
      hint: 'Begin each item on a line of its own with a dash, or write [A, B].',
    },
  ],
  [
    /Implicit map keys need to be followed/,
    {
      message: 'a key without a colon and a space after it',
      hint: 'Write KEY: VALUE, with a space after the colon.',
    },
  ],
  [
    /^Missing ,|at node end|in YAML stream/,
    {
      message: 'unexpected text after a value: a comma or quotes are missing',
      hint: 'Separate items with commas, and put a value that contains quotes in the other kind of quotes.',
    },
  ],
  [
    /Invalid escape sequence/,
    {
      message: 'unknown escape sequence: a backslash in double quotes begins one',
      hint: 'Use single quotes, or two backslashes.',
    },
  ],
  [
    /all keys must be strings/,
    { message: 'a key must be text', hint: 'Put the key in quotes, or correct the indentation.' },
  ],
  [
    /directives-end/,
    { message: 'a line with --- is missing after a directive', hint: 'Remove the line with %.' },
  ],
];

/** @param message the parser's, in one line */
export const syntaxInvalid = (message: string): Fault =>
  SYNTAX.find(([pattern]) => pattern.test(message))?.[1] ?? {
    message,
    hint: 'Correct the file: it must be one document of YAML 1.2 or JSON.',
  };

export const secondColon: Fault = {
  message: 'a second colon in one line',
  hint: 'Put a value that contains a colon and a space in quotes.',
};

export const indentedTooFar: Fault = {
  message: 'the line after this one is indented too far',
  hint: 'Indent all keys of a mapping by the same number of spaces.',
};

export const numberAsText = (source: string): Fault => ({
  message: `${printable(source, 60)} is read as text, because it is not a plain number`,
  hint: `To show that it is text, put it in quotes: ${inQuotes(source)}`,
});

/** @param comment with its number sign */
export const commentInTarget = (comment: string): Fault => ({
  message: `${printable(comment, 60)} is a comment, not a part of the target`,
  hint: 'If it is a part of the target, put the whole target in quotes.',
});

export const notJson: Fault = {
  message: 'the file is YAML, not JSON, so other programs might not read it',
  hint: 'Name it keyturn.config.yaml, or write it as JSON.',
};

export const nothingExported: Fault = {
  message: 'the default export is not a configuration',
  hint: 'Write: export default defineConfig({ … })',
};

/** @param name the name of the error's class: its message could contain a secret */
export const moduleThrew = (name: string, file: string): Fault => ({
  message: `the code threw ${name}`,
  hint: `To see the error, run: node ${file}`,
});

/** @param name a global of CommonJS, such as `require` */
export const globalOfCommonJs = (name: string): Fault => ({
  message: `${name} is not defined: the file is an ES module`,
  hint: 'Use import and export default instead.',
});

export const moduleStalled = (limit: string): Fault => ({
  message: `the code did not finish within ${limit}`,
  hint: 'Check what it awaits: a promise that never settles, or a request without a time limit.',
});

/** @param message what Node says about loading the file */
export const moduleNotLoaded = (message: string, elsewhere: string): Fault => ({
  message: `the file cannot be loaded: ${message}${elsewhere}`,
  hint: message.includes("'@keyturn/cli'")
    ? 'Install the package next to the file (npm install --save-dev @keyturn/cli), or export the object without defineConfig.'
    : 'Correct the file: Node runs it as it is, with types stripped.',
});

// What is wrong with the content of a configuration.

export const nameReserved: Fault = {
  message: 'this name is reserved',
  hint: 'Choose another name.',
};

/** @param key as it was written; @param home where a key of this name belongs */
export const keyUnknown = (
  key: unknown,
  known: readonly string[],
  { home, isTop }: { readonly home: string | undefined; readonly isTop: boolean },
): Fault => ({
  message: 'unknown key',
  hint:
    nearby(key, known) ??
    (home === undefined
      ? `Use one of these keys: ${known.join(', ')}.${isTop ? ISSUER_AND_ANCHORS : ''}`
      : `It belongs in ${home}.`),
});
const ISSUER_AND_ANCHORS =
  ' Options of the issuer belong under issuer; a key that only holds anchors begins with x-, such as x-defaults.';

/** @param text the target as it was probably meant */
export const targetSplit = (text: string): string =>
  `Write it as ${printable(text, 100)}, without a space after the colon.`;

/** @param misspelt a key that is there and resembles it; @param description of the key */
export const keyMissing = (
  key: string,
  misspelt: string | undefined,
  description: string | undefined,
): Fault => ({
  message: 'missing',
  hint: misspelt === undefined ? description : `Write ${key} instead of ${misspelt}.`,
});

/** @param message of the schema; @param candidates what it could be instead */
export const valueInvalid = (
  message: string,
  value: unknown,
  candidates: readonly string[],
  description: string | undefined,
): Fault => ({ message, hint: nearby(value, candidates) ?? description });

/** `must be a name, but it is a list`. */
export const typeWrong = (message: string, value: unknown): string =>
  `${message}, but it is ${typeText(value)}`;

/** `"90x" is not a duration`. */
export const formWrong = (message: string, value: unknown): string =>
  typeof value === 'string' && value !== '' ? `${typeText(value)} ${message}` : message;

export const shorterThanAtLeast: Fault = {
  message: 'is shorter than atLeast',
  hint: 'Use a longer time, such as 24h.',
};

export const ttlNotInSeconds: Fault = {
  message: 'is not a whole number of seconds',
  hint: 'Use whole seconds, such as 120d.',
};

export const ttlTooShort: Fault = {
  message: 'a token must live longer than its grace period',
  hint: 'Use a longer ttl, such as 120d, or a shorter grace.',
};

export const fieldNotInLayout = (layout: string, fields: readonly string[]): Fault => ({
  message: `is not a field of layout ${layout}`,
  hint: `Use ${fields.join(' and ')}, or choose another \`layout\`.`,
});

export const sameNameAsId: Fault = {
  message: 'has the same name as id',
  hint: 'Use different names: otherwise the second value would overwrite the first.',
};

export const excludesNothing = (text: string): Fault => ({
  message: `"${text.slice(0, 60)}" excludes nothing, because no pattern comes before it`,
  hint: 'Write the pattern first, such as github:acme/*, then the exclusion.',
});

/** @param number of the first one, from 1 */
export const listedTwice = (number: number): Fault => ({
  message: `is already in the list, as number ${number}`,
  hint: 'Remove one of them.',
});

export const secretEnvUnsupported = (format: string): Fault => ({
  message: `is not supported for ${format}`,
  hint: 'Remove it: only webhooks are signed.',
});

export const addressUnsupported = (format: string): Fault => ({
  message: `is not supported for ${format}`,
  hint: 'Remove it: annotations have no address.',
});

export const stateEmpty: Fault = {
  message: 'is empty',
  hint: 'Use the path of a folder, or remove the key to use .keyturn.',
};

export const stateControls: Fault = {
  message: 'contains control characters',
  hint: 'Use a path or an address in one line.',
};

export const statePassword: Fault = {
  message: 'contains a password',
  hint: 'Remove it from the file: set KEYTURN_STATE to the address with the password, or use the variables of the store.',
};

// What is unusual in a configuration.

export const expiresBeforeReplaced: Fault = {
  message: 'a token expires before it is old enough to be replaced',
  hint: 'Use a ttl that is longer than maxAge and grace together.',
};

export const maxAgeBelowGrace: Fault = {
  message: 'is not longer than the grace period, so old tokens overlap',
  hint: 'Use a longer maxAge, such as 90d, or a shorter grace.',
};

/** @param other the rotation that writes there, too */
export const sameSinkTwice = (other: string): Fault => ({
  message: `the rotation ${other} writes the same names to this target`,
  hint: 'Give one of them other names, or remove the target from it.',
});

/** @param message of an adapter */
export const onlyHere = (message: string, hint: string | undefined): Fault => ({
  message: `a run with this environment would fail: ${message}`,
  hint,
});

/** @param message why it was not loaded */
export const notChecked = (message: string): Fault => ({
  message: `not checked: ${message}`,
  hint: 'Check it without --untrusted after the change is reviewed.',
});

/** @param place `FILE:LINE:COLUMN` */
export const optionAt = (
  place: string,
  { code, message, hint, effect }: KeyturnError,
): KeyturnError =>
  new KeyturnError(code, `${place}: ${message}`, {
    ...(hint !== undefined && { hint }),
    effect,
  });

const ONE_ADDRESS = 'Set url to the address, or urlEnv to the variable that contains it.';
export const addressMissing: Fault = { message: 'missing', hint: ONE_ADDRESS };
export const addressTwice: Fault = {
  message: 'must not be used together with url',
  hint: ONE_ADDRESS,
};

export const notifyEmpty: Fault = {
  message: 'has neither channels nor heartbeat',
  hint: 'Add channels such as [{ format: github }], or heartbeat: { urlEnv: KEYTURN_HEARTBEAT_URL }.',
};

export const addressUnsafe: Fault = {
  message: 'must be an https address without credentials',
  hint: 'Use an address such as https://hooks.example.com/keyturn; http is for loopback only.',
};

export const secretEnvMissing: Fault = {
  message: 'missing',
  hint: 'Webhooks are signed: set secretEnv to the variable that contains the secret.',
};

export const layoutNotNamed = (layout: string, key: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `layout ${layout} needs a name`, {
    hint: `Add it to the rotation: names: { ${key}: NAME }.`,
    effect: 'none',
  });

/** @param message the issuer's */
export const permissionInvalid = (
  rotation: string,
  permission: string,
  message: string,
): KeyturnError =>
  configInvalid(
    `rotations.${rotation}.token.permissions`,
    `"${permission.slice(0, 100)}" ${message}`,
  );

// Adapters.

const TARGET = 'Use KIND:PATH, such as github:acme/web.';

export const kindInvalid = (role: string, kind: string): KeyturnError => {
  const shown = `"${printable(kind, 80)}"`;
  if (role === 'sink' && kind.includes('@'))
    return usage(`${shown} begins an address of git, which is not a target`, TARGET);
  if (role === 'sink' && kind.includes('/'))
    return usage(
      `${shown} does not say which kind of sink it is`,
      `Put the kind before it, such as github:${printable(kind, 80)}`,
    );
  return usage(
    `${shown} is not a valid kind of ${role}`,
    'Use lowercase letters, digits and dashes, starting with a letter, such as github.',
  );
};

export const adapterNotInstalled = (role: string, kind: string, name: string): KeyturnError =>
  adapterNotFound(
    `the ${role} "${kind}" is not installed`,
    `Install it: npm install --save-dev ${name}`,
  );

export const adapterUnknown = (
  role: string,
  kind: string,
  known: readonly string[],
): KeyturnError => {
  if (role === 'sink' && /^(?:https?|ssh|git)$/.test(kind))
    return adapterNotFound('a URL is not a target', TARGET);
  const meant = nearest(kind, known);
  return adapterNotFound(
    `unknown ${role} "${kind}"`,
    meant === undefined
      ? `Use one of ${known.join(', ')}, or install another adapter: npm install --save-dev @keyturn/${role}-${kind}`
      : `Did you mean "${meant}"?`,
  );
};

export const adapterNotListed = (role: string, kind: string, name: string): KeyturnError =>
  adapterNotFound(
    `the ${role} "${kind}" is not used: ${name} is installed, but no package.json of the project lists it`,
    `To use it, add it to the project: npm install --save-dev ${name}`,
  );

export const adapterTwice = (
  role: string,
  kind: string,
  packages: readonly string[],
): KeyturnError =>
  adapterInvalid(
    `more than one package is the ${role} "${kind}": ${packages.join(' and ')}`,
    'Remove one of them from the dependencies.',
  );

/** @param name of the package, with its version */
export const packageUnusable = (name: string, why: string): KeyturnError =>
  adapterInvalid(
    `${name} cannot be used: ${why}`,
    'Install a version that is compatible with this keyturn, or report it to its authors.',
  );

export const NOT_LOADABLE = 'it cannot be loaded';
export const LOADING_FAILED = 'loading it failed';
export const NOT_AN_ADAPTER = 'its default export is not an adapter of version 1';

export const notAsDeclared = (role: string, kind: string): string =>
  `it is not the ${role} "${kind}" that its manifest declares`;

// Sinks from modules.

export const moduleNotFound = (file: string, folder: string): KeyturnError =>
  adapterNotFound(
    `${file}: the file does not exist`,
    `Check the path of the module: a relative path starts at ${folder}.`,
  );

/** @param needsCore it imports `@keyturn/core`, which is not installed */
export const sinkModuleFailed = (file: string, needsCore: boolean): KeyturnError =>
  adapterInvalid(
    `${file} cannot be used: ${LOADING_FAILED}`,
    needsCore
      ? 'Install what it imports: npm install --save-dev @keyturn/core'
      : `To see the error, run: node ${file}`,
  );

export const notASink = (file: string): KeyturnError =>
  adapterInvalid(
    `${file} cannot be used: its default export is not a sink of version 1`,
    'Write: export default defineSink({ … }), with defineSink from @keyturn/core',
  );

export const kindTaken = (file: string, kind: string): KeyturnError =>
  adapterInvalid(
    `${file} cannot be used: another sink has the kind "${kind}"`,
    'Give it a different kind.',
  );

export const modulePathUndotted = (text: string): KeyturnError =>
  targetInvalid(
    `"${text.slice(0, 200)}" is not a target`,
    `Begin the path of a module with a dot or a slash: ./${text.slice(0, 200)}`,
  );

/** @param message of the target's parser */
export const moduleTargetInvalid = (message: string): KeyturnError =>
  targetInvalid(
    message,
    'Use MODULE:PATH, such as ./sinks/vercel.ts:my-project?environment=production.',
  );

// Trust.

const MOST_NEEDS = 10;

/** What an untrusted run cannot have, in one line. */
export const untrusted = (needs: readonly string[]): KeyturnError => {
  const shown = needs.slice(0, MOST_NEEDS).map((need) => printable(need, 200));
  const more = needs.length > MOST_NEEDS ? ` and ${needs.length - MOST_NEEDS} more` : '';
  return usage(
    `the files here are untrusted, so these are not loaded, run or contacted: ${shown.join(', ')}${more}`,
    'Review the change, then run this without --untrusted after it is merged.',
  );
};

/** @param owner the number of the user */
export const ownedByOther = (path: string, owner: number, folder: string): KeyturnError =>
  new KeyturnError('FILE_UNSAFE', `${path} belongs to another user (uid ${owner})`, {
    hint: `If you trust that user, set KEYTURN_TRUST=${folder}`,
    effect: 'none',
  });

/** @param where the key or the target that contains the host; @param variable that could name it instead */
export const hostUnconfirmed = (
  where: string,
  host: string,
  variable: string | undefined,
): KeyturnError =>
  configInvalid(
    printable(where, 200),
    `credentials are not sent to ${printable(host, 200)}, because only the configuration names it`,
    `If you trust that host, use --allow host:${printable(host, 200)}${variable === undefined ? '' : `, or set ${variable} to its address`}.`,
  );

export const allowedHostInvalid = (check: string): KeyturnError =>
  usage(
    `--allow ${printable(check, 100)} is not a valid host`,
    'Use the name of a host, such as --allow host:api.example.com.',
  );

// The store and its key.

export const ledgerKeyTooShort = (name: string, least: number): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `${name} is shorter than ${least} characters`, {
    hint: 'Generate a random key: openssl rand -base64 32',
    effect: 'none',
  });

/** @param source where the location was given, such as `KEYTURN_STATE` */
export const locationInvalid = (source: string, { message, hint }: Fault): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', `${source} ${message}`, {
    ...(hint !== undefined && { hint }),
    effect: 'none',
  });

const USE_FOLDER = 'Use a folder, or unset it to use .keyturn beside the configuration.';

export const locationEmpty: Fault = { message: 'is empty', hint: USE_FOLDER };
export const locationWithControls: Fault = {
  message: 'contains control characters, or begins or ends with a space',
  hint: 'Use the path of the folder only.',
};
export const locationQuoted: Fault = {
  message: 'is in quotes',
  hint: 'Remove the quotes: they would be a part of the path.',
};
export const locationWithTilde: Fault = {
  message: 'begins with ~, which is not expanded',
  hint: 'Use the full path of the folder.',
};
/** @param scheme undefined if it could be something else, such as a user's name */
export const schemeUnknown = (scheme: string | undefined): Fault => ({
  message:
    scheme === undefined
      ? 'has an unknown scheme'
      : `has the unknown scheme "${scheme.slice(0, 30)}:"`,
  hint: 'Use git:REMOTE#BRANCH, git+https://…, postgres://…, s3://…, or the path of a folder; a path with a colon in its first part must begin with `./`.',
});

export const nothingToAsk = (): KeyturnError =>
  new KeyturnError('ADAPTER_NOT_FOUND', 'the adapter is not loaded: only ledgers are read', {
    effect: 'none',
  });

// Choosing rotations and sinks.

export const rotationNotFound = (
  name: string,
  file: string,
  known: readonly string[],
): KeyturnError => usage(`${file} has no rotation "${name}"`, didYouMean(name, known));

export const noConfigurationForRotation = (name: string): KeyturnError =>
  usage(
    `no rotation "${name}": there is no configuration`,
    'Run keyturn init to write one; if its runs name sinks instead, run the same line with what you add to it: keyturn rotate --sink github:acme/web --org acme',
  );

/** @param ledgers the rotations that have one: they were run with `--sink`, or elsewhere with a configuration */
export const nothingToRotate = (ledgers: readonly string[]): KeyturnError =>
  ledgers.length === 0
    ? usage(
        'nothing to rotate: no configuration found, and no sink named',
        'Run keyturn init to set everything up, or name a sink: keyturn rotate --sink github:acme/web --org acme',
      )
    : usage(
        `no configuration found, and no sink named, but there are ledgers: ${listed(ledgers, 5)}`,
        'Run keyturn history to see what they record, or name the sinks of one again: keyturn status --sink github:acme/web --org acme',
      );

export const ledgerNotFound = (rotation: string, known: readonly string[]): KeyturnError =>
  usage(
    `no ledger found for "${rotation}"`,
    known.length === 0
      ? 'Run keyturn rotate first: it creates a ledger.'
      : didYouMean(rotation, known),
  );

export const sinkNotFound = (filters: readonly string[], known: readonly string[]): KeyturnError =>
  usage(`no rotation has a sink ${filters.join(', ')}`, didYouMean(filters[0] ?? '', known));

export const sinkFilterInvalid = (filter: string): KeyturnError =>
  usage(
    `--sink ${filter}: sinks are selected by their path only`,
    'Leave out the ! or the filter, or name a rotation instead.',
  );

export const targetNotInferred = (kind: string): KeyturnError =>
  usage(`cannot infer the ${kind} target`, `Name it: --sink ${kind}:PATH`);

export const replacesOneOnly = (): KeyturnError =>
  usage(
    '--replaces names one token, but more than one rotation is selected',
    'Name the rotation: keyturn rotate NAME --replaces TOKEN_ID',
  );

export const jobsInvalid = (written: string, most: number): KeyturnError =>
  usage(
    `--jobs ${written}: not a number of rotations to run at the same time`,
    `Use a number from 1 to ${most}; 1 runs them one after the other.`,
  );

export const revokeFirstAlone = (): KeyturnError =>
  usage('--revoke-first only works with --break-glass', 'Add --break-glass.');

export const nameShared = (
  rotations: readonly [string, string],
  name: string,
  sink: string,
): KeyturnError =>
  usage(
    `${rotations.join(' and ')} both write ${name} to ${sink}`,
    'Give one of them other names, or remove the sink from it.',
  );

export const sinkTwice = (rotation: string, sink: string): KeyturnError =>
  usage(`${rotation} contains the sink ${sink} twice`, 'Remove one of them.');

export const exclusionFirst = (text: string): KeyturnError =>
  usage(`!${text} comes before any pattern`, 'Write the pattern first, then the exclusion.');

const EXCLUSION = 'Use the path of an exclusion, such as !github:acme/legacy-*.';

export const patternsUnsupported = (written: string, kind: string): KeyturnError =>
  usage(`"${written.slice(0, 200)}": ${kind} does not support patterns or exclusions`, EXCLUSION);

export const exclusionFiltered = (written: string): KeyturnError =>
  usage(`"${written.slice(0, 200)}": an exclusion must not have a filter`, EXCLUSION);

export const noSinksLeft = (rotation: string): KeyturnError =>
  new KeyturnError('TARGET_NOT_FOUND', `${rotation}: no sinks left to deliver to`, {
    hint: 'Check the patterns and exclusions, and whether the credentials can see what they match.',
    effect: 'none',
  });

export const patternMatchesNothing = (rotation: string, pattern: string): string =>
  `${rotation}: ${pattern} matches nothing`;

/** @param reason an adapter's, such as `it is archived` */
export const targetsSkipped = (
  rotation: string,
  reason: string,
  targets: readonly string[],
): string => `${rotation}: skipped, because ${reason}: ${targets.join(', ')}`;

// Locks.

/** @param holder as the store describes it */
export const lockAwaited = (rotation: string, holder: string): string =>
  `${printable(rotation, 100)}: waiting for the lock of ${printable(holder, 400)}`;

// Notifications.

/** What the code of an error means for a channel: the error's own message could contain its address. */
const channelReasons: Readonly<Partial<Record<string, string>>> = {
  TIMED_OUT: 'it timed out',
  NETWORK_FAILED: 'it is unreachable',
  RATE_LIMITED: 'its rate limit is exceeded',
  ANSWER_INVALID: 'its response is invalid, or redirects elsewhere',
  CONFIG_INVALID: 'its address is not https, or contains credentials',
  INTERRUPTED: 'there was no time left',
};

export const channelFailed = (code: string): string =>
  channelReasons[code] ?? `it failed (${code})`;

export const channelRejected = (status: string): KeyturnError =>
  new KeyturnError('REMOTE_REJECTED', `it responded with ${status}`);

export const channelBroken = (error: unknown): string =>
  `unexpected ${error instanceof Error ? error.name : typeof error}`;

export const variableNotSet = (name: string): string => `${name} is not set`;

/** What a channel is called if its address is secret or invalid. */
export const addressIn = (variable: string): string => `the address in ${variable}`;
export const ITS_ADDRESS = 'its address';

export const channelSkipped = (why: string): string => `notify: a channel is skipped: ${why}`;

/** @param name of the address, which is secret */
export const heartbeatFailed = (name: string, why: string): string =>
  `notify: the heartbeat was not sent to ${name}: ${why}`;

export const heartbeatSkipped = (why: string): string => `notify: the heartbeat is skipped: ${why}`;

export const notificationsLate = (number: number): string =>
  `${count(number, 'notification')} could not be sent in time`;

/** @param channel undefined if it was sent to none */
export const notificationFailed = (
  { rotation, event }: { readonly rotation: string; readonly event: string },
  channel: string | undefined,
  why: string,
): string =>
  `${rotation}: the notification ${event} was not sent${channel === undefined ? '' : ` to ${channel}`}: ${why}`;

/** @param previous stays valid until `graceUntil` */
export const rotatedText = (
  {
    name,
    current,
    previous,
    graceUntil,
  }: {
    readonly name: string;
    readonly current: string;
    readonly previous: string | undefined;
    readonly graceUntil: string | undefined;
  },
  reached: number,
  all: number,
): string => {
  const where = reached === all ? count(all, 'sink') : `${reached} of ${count(all, 'sink')}`;
  const rest =
    previous === undefined || graceUntil === undefined
      ? ''
      : `; ${previous} stays valid until ${readableTime(graceUntil)}`;
  return `${name} was rotated: ${current} is in ${where}${rest}`;
};

export const revokedText = (name: string, tokens: readonly string[]): string =>
  `${name}: ${listed(tokens)} ${tokens.length === 1 ? 'was' : 'were'} revoked`;

/** @param cause a message; undefined if nothing failed */
export const incompleteText = (name: string, failed: boolean, cause: string | undefined): string =>
  `${name} ${failed ? 'failed' : 'is incomplete'}: ${cause ?? 'run it again'}`;

/** @param left milliseconds; @param at ISO 8601 */
export const dueText = (name: string, left: number, at: string): string =>
  left > 0
    ? `${name} is due in ${roughly(left)}, at ${readableTime(at)}`
    : `${name} has been due since ${readableTime(at)}`;

// Why a rotation is due.

const reasons: Readonly<Record<Reason, string>> = {
  first: 'no token is known yet',
  replaces: 'a token to replace was named',
  leaked: 'the current token has leaked',
  forced: '--force',
  drifted: 'the current token was overwritten, removed or deleted outside keyturn',
  'out-of-step': 'a sink does not have the current token',
  age: 'the token has reached its maximum age',
  expiry: 'the token expires soon',
};

/** Why a new token is due; an unknown reason is returned as it is. */
export function because(reason: string): string {
  return Object.hasOwn(reasons, reason) ? reasons[reason as Reason] : reason;
}

// Findings of `status`: what was found, and what to do. `run` says how to rotate: `Run keyturn rotate ci-github.`

export interface Said {
  readonly text: string;
  readonly fix: string | null;
}

export const otherAccount = (recorded: string, configured: string): Said => ({
  text: `its tokens belong to ${recorded}, but the configuration names ${configured}: no run changes anything`,
  fix: 'Correct the configuration, or rename the rotation: it then starts from scratch, and the old tokens are kept.',
});

export const runNow = (command: string): string => `Run ${command}.`;

/** @param retryAt ISO 8601; @param forced the command that does not wait */
export const runLater = (command: string, retryAt: string, forced: string): string =>
  `Run ${command} after ${readableTime(retryAt)}, or now: ${forced}`;

export const tokenExpired = (at: string, run: string): Said => ({
  text: `the current token expired at ${readableTime(at)}`,
  fix: run,
});

/** @param left milliseconds */
export const tokenExpiring = (at: string, left: number, run: string): Said => ({
  text: `the current token expires at ${readableTime(at)}, in ${roughly(left)}`,
  fix: run,
});

/** @param adoptable the rotation's name, if it is in a configuration */
export const noTokenYet = (replace: string, adoptable: string | undefined): Said => ({
  text: 'no token is known yet',
  fix: `Run ${replace}, with the id of the token that jobs use now.${
    adoptable === undefined
      ? ''
      : ` To keep that token until it is due: keyturn adopt ${shellWord(adoptable)}`
  }`,
});

export const currentLeaked = (run: string): Said => ({
  text: 'the current token has leaked and has no successor yet',
  fix: run,
});

const whyDue: Readonly<Partial<Record<Reason, string>>> = {
  age: 'the token has reached its maximum age',
  expiry: 'the token has used two thirds of its lifetime',
};

/** @param late milliseconds; undefined if it is not late yet. Undefined for what has a finding of its own */
export const tokenDue = (
  reason: Reason,
  late: number | undefined,
  run: string,
): Said | undefined => {
  const why = whyDue[reason];
  if (why === undefined) return undefined;
  return { text: late === undefined ? why : `${why}, ${roughly(late)} ago`, fix: run };
};

/** @param command that rotates; @param forced that replaces the token at once */
export const driftFix = (heals: boolean, command: string, forced: string): string =>
  heals
    ? `Run ${command}: it replaces the token.`
    : `Find out who changed it. To replace the token everywhere: ${forced}`;

/** @param isCopied the permissions of a new token would be copied from it */
export const tokenDeleted = (
  token: string,
  isCopied: boolean,
  since: string | undefined,
  fix: string,
): Said => ({
  text: `the current token, ${token}, was deleted outside keyturn${seen(since)}: jobs that use it fail`,
  fix: isCopied
    ? `List token.permissions in the configuration first: they cannot be copied any more. ${fix}`
    : fix,
});

export const tokenTurnedOff = (token: string, since: string | undefined, fix: string): Said => ({
  text: `the current token, ${token}, was disabled outside keyturn${seen(since)}: jobs that use it fail`,
  fix,
});

/** @param kept tokens that might be there now */
export const sinksChanged = (
  ids: readonly string[],
  how: 'overwritten' | 'removed',
  since: string | undefined,
  kept: readonly string[],
  fix: string,
): Said => ({
  text: `what keyturn wrote to ${listed(ids)} was ${how} outside keyturn${seen(since)}${
    kept.length === 0 ? '' : `; it might be ${listed(kept)} now, so that is kept`
  }`,
  fix,
});

/** @param token the code of the last error; @param retryAt ISO 8601, undefined if the next run retries */
export const tokensRejected = (
  id: string,
  { code, times, at }: { readonly code: string; readonly times: number; readonly at: string },
): string =>
  `${id} rejected ${count(times, 'token')} in a row, last at ${readableTime(at)} (${code})`;

export const rejectedButCurrent = (rejected: string): string =>
  `${rejected}, and has the current one`;

export const waitsToRetry = (rejected: string, retryAt: string, forced: string): Said => ({
  text: `${rejected}; no new token is issued before ${readableTime(retryAt)}`,
  fix: `Find the cause with keyturn doctor and fix it. To retry now: ${forced}`,
});

export const retriesNext = (rejected: string, command: string): Said => ({
  text: `${rejected}; the next run retries`,
  fix: `Find the cause with keyturn doctor and fix it. Then run ${command}.`,
});

export const writeTorn = (ids: readonly string[], run: string): Said => ({
  text: `unanswered write: jobs might read only half of a new pair from ${listed(ids)}`,
  fix: run,
});

export const writeUnanswered = (ids: readonly string[], until: string, run: string): Said => ({
  text: `unanswered write: it might take effect until ${readableTime(until)} in ${listed(ids)}`,
  fix: run,
});

export const canaryFailed = (ids: readonly string[], run: string): Said => ({
  text: `a job of ${listed(ids)} failed with the current token, so its predecessor is kept`,
  fix: `Find out why the job failed. ${run}`,
});

export const outOfStep = (ids: readonly string[], run: string): Said => ({
  text: `the current token is not in ${listed(ids)}`,
  fix: run,
});

export const namesOutdated = (ids: readonly string[], run: string): Said => ({
  text: `the current token is in ${listed(ids)}, but not under all names in the configuration`,
  fix: run,
});

export const sinkGone = (
  id: string,
  kept: readonly string[],
  rotation: string,
  command: string,
): Said => ({
  text: `the current token is not in ${id}, so ${listed(kept)} stays valid for it`,
  fix: `Run ${command}. If that does not write it, it was renamed, removed or archived: make sure that no job reads a token there, then run: keyturn forget ${shellWord(rotation)} --sink ${shellWord(id)}`,
});

const reachedText = (reached: number, all: number): string =>
  reached === 0 ? '' : `, delivered to ${reached} of ${count(all, 'sink')}`;

/** @param by who runs it, or `since` when it began */
export const underWay = (
  token: string,
  { by, since }: { readonly by: string | null; readonly since: string | null },
  reached: number,
  all: number,
): string => {
  const detail =
    by === null ? (since === null ? '' : ` since ${readableTime(since)}`) : ` by ${by}`;
  return `${token}: rotation under way${detail}${reachedText(reached, all)}`;
};

/** @param isDue a token is still due, so that the next run issues another one */
export const interrupted = (
  token: string,
  since: string | null,
  [reached, all]: readonly [number, number],
  isDue: boolean,
  run: string,
): Said => ({
  text: `${token}: the rotation${since === null ? '' : ` of ${readableTime(since)}`} was interrupted${reachedText(reached, all)}; the next run ${isDue ? 'starts with a new token' : 'discards this one'}`,
  fix: run,
});

export const tokenLost = (run: string): Said => ({
  text: 'a run was interrupted and its token is lost; the next run starts with a new one',
  fix: run,
});

/** @param settles it is still possible until then, ISO 8601; undefined if that time is over */
export const answerLost = (label: string, settles: string | undefined): string =>
  `a token might have been created as ${label}; ${
    settles === undefined ? 'the next run' : `until ${readableTime(settles)} every run`
  } looks for it`;

export const leakedAndValid = (tokens: readonly string[], run: string): Said => ({
  text: `leaked and still valid: ${listed(tokens)}`,
  fix: run,
});

export const tokenDisabled = (token: string, rotation: string): string =>
  `${token} is disabled, and can be enabled until it is revoked: keyturn enable ${shellWord(rotation)}`;

export const tokenUndeployed = (
  token: string,
  sinks: readonly string[],
  rotation: string,
): string =>
  `jobs use ${token} until ${sinks.join(', ')} is deployed; after that: keyturn released ${shellWord(rotation)}`;

export const tokenUnconfirmed = (token: string, command: string): Said => ({
  text: `${token} stays valid: nobody has confirmed on this machine that it belongs to this rotation`,
  fix: `If it does: ${command}`,
});

/** @param over milliseconds */
export const keptTooLong = (tokens: readonly string[], over: number, run: string): Said => ({
  text: `replaced, but still valid ${roughly(over)} after the grace period: ${listed(tokens)}`,
  fix: run,
});

export const graceOver = (tokens: readonly string[], ifUnused: boolean, run: string): Said => ({
  text: `the grace period is over: the next run revokes ${listed(tokens)}${ifUnused ? ' if it is no longer used' : ''}`,
  fix: run,
});

export const heldStill = (token: string, sinks: readonly string[]): string =>
  `${token} stays valid as long as ${listed(sinks)} might hold it`;

export const alsoElsewhere = (token: string, places: readonly string[]): string =>
  `${token} might also be in ${listed(places)}, which the configuration no longer contains`;

/** @param isRemoved they are not in the configuration at all any more; @param commands that forget them */
export const leftBehind = (
  token: string,
  places: readonly string[],
  isRemoved: boolean,
  commands: string,
): Said => ({
  text: isRemoved
    ? `${token} stays valid: it might be in ${listed(places)}, removed from the configuration`
    : `${token} stays valid: it might be in ${listed(places)}, which the configuration no longer contains`,
  fix: isRemoved
    ? `Add the sink again, or make sure that it does not contain the token, and run: ${commands}`
    : `Once no job reads it there, run: ${commands}`,
});

export const unseenNames = (token: string, places: readonly string[], command: string): Said => ({
  text: `${token} stays valid: jobs might read it from ${listed(places)}`,
  fix: `Once no job reads it under another name: ${command}`,
});

/** A former place in words. */
export function placeText({
  id,
  why,
  target,
  names,
}: {
  readonly id: string;
  readonly why: 'left' | 'names' | 'place' | 'elsewhere';
  readonly target: string;
  readonly names: readonly string[];
}): string {
  switch (why) {
    case 'left':
      return id;
    case 'names':
      return `${names.join(' and ')} of ${target}`;
    case 'place':
      return `${target} as it was before (${id.slice(target.length + 1)})`;
    case 'elsewhere':
      return `names near ${target} that keyturn does not write`;
  }
}

/** What a killed delivery left, and what to do about it, one line each. */
export function leftoverText({
  path,
  by,
  sink,
}: {
  readonly path: string;
  /** The program or the process that was killed. */
  readonly by: string;
  readonly sink: string;
}): { text: string; fix: string } {
  return {
    text: `${path} contains secrets in plaintext: ${by} was killed while it wrote ${sink}`,
    fix: `After that process has ended, remove it: rm ${shellWord(path)}`,
  };
}

/** The first look that showed it. */
function seen(since: string | undefined): string {
  return since === undefined ? '' : ` (first seen at ${readableTime(since)})`;
}

function typeText(value: unknown): string {
  if (typeof value === 'string') return `"${printable(value, 60)}"`;
  if (typeof value === 'number' || typeof value === 'boolean')
    return `the ${typeof value} ${value}`;
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}

/** The distance of words costs their lengths multiplied. */
export function isShort(word: string): boolean {
  return word.length <= 64;
}

/** In double quotes, as YAML reads them. */
function inQuotes(text: string): string {
  return JSON.stringify(printable(text, 60));
}

function nearby(word: unknown, candidates: readonly string[]): string | undefined {
  if (typeof word !== 'string' || !isShort(word)) return undefined;
  const candidate = nearest(word, candidates);
  return candidate === undefined ? undefined : `Did you mean ${candidate}?`;
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined
    ? `Use one of ${[...new Set(candidates)].join(', ')}.`
    : `Did you mean "${meant}"?`;
}

function usage(message: string, hint: string): KeyturnError {
  return new KeyturnError('USAGE_INVALID', message, { hint, effect: 'none' });
}

function targetInvalid(message: string, hint: string): KeyturnError {
  return new KeyturnError('TARGET_INVALID', message, { hint, effect: 'none' });
}

function adapterNotFound(message: string, hint: string): KeyturnError {
  return new KeyturnError('ADAPTER_NOT_FOUND', message, { hint, effect: 'none' });
}

function adapterInvalid(message: string, hint: string): KeyturnError {
  return new KeyturnError('ADAPTER_INVALID', message, { hint, effect: 'none' });
}
