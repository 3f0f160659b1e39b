import { printable, type PipelineCredential } from '@keyturn/core';

import { commandNotWritable, rotationNotWritable, variableInvalid } from '../../messages.ts';

const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const PACKAGE = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const ROTATION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
/** No special characters of a shell or YAML. */
const COMMAND = /^[A-Za-z0-9.][A-Za-z0-9 @._/=-]*$/;

/** Versions and names come from manifests of packages, and become part of a script that runs with credentials. */
export function isExactVersion(text: string): boolean {
  return VERSION.test(text) && text.length <= 64;
}

export function isPackageName(text: string): boolean {
  return PACKAGE.test(text) && text.length <= 214;
}

/** @throws {KeyturnError} `USAGE_INVALID` for a name that is more than one word of a script */
export function checkRotation(name: string): string {
  if (ROTATION.test(name)) return name;
  throw rotationNotWritable(name);
}

/** @throws {KeyturnError} `USAGE_INVALID` for a line that is more than one command */
export function checkCommand(line: string): string {
  if (COMMAND.test(line)) return line;
  throw commandNotWritable(line);
}

/** @throws {KeyturnError} `ADAPTER_INVALID` for a name that is not a variable of a shell */
export function checkCredential({
  variable,
  secret,
  about,
}: PipelineCredential): PipelineCredential {
  const bad = [variable, secret].find((name) => !VARIABLE.test(name));
  if (bad === undefined) return { variable, secret, about: printable(about, 400) };
  throw variableInvalid(bad);
}
