import { KeyturnError, printable } from '@keyturn/core';

/** The name of an issuer, a sink or a store. It becomes a part of a package's name, so it can hold nothing that leads elsewhere. */
export const KIND: RegExp = /^[a-z][a-z0-9-]{0,63}$/;

/** @throws {KeyturnError} `USAGE_INVALID` */
export function checkKind(role: string, kind: string): void {
  if (KIND.test(kind)) return;
  throw new KeyturnError('USAGE_INVALID', `"${printable(kind, 80)}" is not the kind of a ${role}`, {
    hint: 'Write small letters, digits and dashes, such as github; the first is a letter.',
    effect: 'none',
  });
}
