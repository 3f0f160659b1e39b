import type { Environment } from '@keyturn/core';

/** What programs need to run at all: where things are, who runs them, and which language they speak. */
const PASSED_ON =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|LANG|LANGUAGE|LC_\w+|TZ|XDG_(?:CONFIG|CACHE|DATA|STATE)_HOME|XDG_RUNTIME_DIR)$/;
/** The same on Windows, which does not tell the cases of names apart. */
const ON_WINDOWS =
  /^(?:PATH|APPDATA|COMSPEC|HOMEDRIVE|HOMEPATH|LOCALAPPDATA|NUMBER_OF_PROCESSORS|OS|PATHEXT|PROGRAMDATA|PROGRAMFILES|PROGRAMFILES\(X86\)|SYSTEMDRIVE|SYSTEMROOT|TEMP|TMP|USERNAME|USERPROFILE|WINDIR)$/i;

/** Made of what the program is given: what it needs to run, and what the target names. Nothing else of the caller's. */
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

/** Names of variables that hold a credential, as their authors call them. An id and the path of a file are none. */
const SECRET =
  /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|WEBHOOK|(?:^|_)(?:KEY|PAT|AUTH|PASS|PWD)(?:_|$)/i;
const NO_SECRET = /_(?:ID|FILE|PATH|DIR|SOCK)$|^(?:OLD)?PWD$/i;
/** What is named and is no secret, such as a stage, is shorter. */
const SHORTEST = 8;
/** `https://user:password@host` */
const PASSWORD_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:([^/@\s]+)@/i;

/**
 * Every credential in the environment: what keyturn acts with, and what the program was given. A program may have found them
 * elsewhere, and what it says is shown.
 */
export function credentialsIn(env: Environment, named: readonly string[]): string[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    const isSecret = SECRET.test(name) && !NO_SECRET.test(name);
    if (isSecret || (named.includes(name) && value.length >= SHORTEST)) return [value];
    const [, password] = PASSWORD_IN_URL.exec(value) ?? [];
    return password === undefined ? [] : [password];
  });
}
