import { KeyturnError, printable } from '@keyturn/core';

const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const PACKAGE = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const ROTATION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
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

function unfit(what: string, text: string, hint: string): KeyturnError {
  return new KeyturnError(
    'USAGE_INVALID',
    `the ${what} ${printable(JSON.stringify(text), 80)} cannot be written into a pipeline`,
    { hint, effect: 'none' },
  );
}
