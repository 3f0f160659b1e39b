import type { Environment } from '@keyturn/core';

/** What every program needs: paths, user and language. */
const PASSED_ON =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|LANG|LANGUAGE|LC_\w+|TZ|XDG_(?:CONFIG|CACHE|DATA|STATE)_HOME|XDG_RUNTIME_DIR)$/;
/** The same on Windows, where variable names are case-insensitive. */
const ON_WINDOWS =
  /^(?:PATH|APPDATA|COMSPEC|HOMEDRIVE|HOMEPATH|LOCALAPPDATA|NUMBER_OF_PROCESSORS|OS|PATHEXT|PROGRAMDATA|PROGRAMFILES|PROGRAMFILES\(X86\)|SYSTEMDRIVE|SYSTEMROOT|TEMP|TMP|USERNAME|USERPROFILE|WINDIR)$/i;

/** The environment of the program: what every program needs, and the variables that the target names. */
export function environmentFor(
  env: Environment,
  named: readonly string[],
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => PASSED_ON.test(name) || ON_WINDOWS.test(name) || named.includes(name),
    ),
  );
}

/** Common names of variables that contain a credential. Ids and paths do not count. */
const SECRET =
  /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|WEBHOOK|(?:^|_)(?:KEY|PAT|AUTH|PASS|PWD)(?:_|$)/i;
const NO_SECRET = /_(?:ID|FILE|PATH|DIR|SOCK)$|^(?:OLD)?PWD$/i;
/** Named values that are not secret, such as a stage, are shorter. */
const SHORTEST = 8;
/** `https://user:password@host` */
const PASSWORD_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:([^/@\s]+)@/i;

/**
 * Every credential in the environment: those that keyturn acts with, and those passed to the program. The program's output is shown,
 * and it may have found credentials elsewhere.
 */
export function credentialsIn(env: Environment, named: readonly string[]): string[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    const isSecret = SECRET.test(name) && !NO_SECRET.test(name);
    if (isSecret || (named.includes(name) && value.length >= SHORTEST)) return [value];
    const [, password] = PASSWORD_IN_URL.exec(value) ?? [];
    return password === undefined ? [] : [password];
  });
}
