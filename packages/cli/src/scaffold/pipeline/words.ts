import { KeyturnError, printable, type PipelineCredential } from '@keyturn/core';

const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const PACKAGE = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const ROTATION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
/** Nothing that a shell or YAML takes for more than a part of a word. */
const COMMAND = /^[A-Za-z0-9.][A-Za-z0-9 @._/=-]*$/;

/** Versions and names come from manifests of packages, and what is written becomes a script that runs with credentials. */
export function isExactVersion(text: string): boolean {
  return VERSION.test(text) && text.length <= 64;
}

export function isPackageName(text: string): boolean {
  return PACKAGE.test(text) && text.length <= 214;
}

/** @throws {KeyturnError} `USAGE_INVALID` for a name that would be more than one word of a script */
export function checkRotation(name: string): string {
  if (ROTATION.test(name)) return name;
  throw unfit('rotation', name, 'It takes letters, digits, dots, dashes and underscores.');
}

/** @throws {KeyturnError} `USAGE_INVALID` for a line that would be more than one command */
export function checkCommand(line: string): string {
  if (COMMAND.test(line)) return line;
  throw unfit('command', line, 'It takes plain words, without what a shell reads otherwise.');
}

/** @throws {KeyturnError} `ADAPTER_INVALID` for a name that a shell would take for more than a variable */
export function checkCredential({
  variable,
  secret,
  about,
}: PipelineCredential): PipelineCredential {
  const bad = [variable, secret].find((name) => !VARIABLE.test(name));
  if (bad === undefined) return { variable, secret, about: printable(about, 400) };
  throw new KeyturnError(
    'ADAPTER_INVALID',
    `${printable(JSON.stringify(bad), 80)} cannot be a variable of a pipeline`,
    { hint: 'Report it to the authors of the adapter that declares it.', effect: 'none' },
  );
}

function unfit(what: string, text: string, hint: string): KeyturnError {
  return new KeyturnError(
    'USAGE_INVALID',
    `the ${what} ${printable(JSON.stringify(text), 80)} cannot be written into a pipeline`,
    { hint, effect: 'none' },
  );
}
