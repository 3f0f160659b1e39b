import { type Effect, KeyturnError } from '@keyturn/core';
import { describeHolder, type Holder } from '@keyturn/core/ledger';

/** Everything that this package says to users: code, message and hint, side by side. */

const REACH = 'Check that the server runs, and that this machine can reach it.';
const GRANTS = 'Grant the role the privileges in the README of @keyturn/store-postgres.';

// The location. None of these repeats the user name or the password.

export const NOT_A_DATABASE =
  'the location must start with postgres:// (postgres://USER@HOST/DATABASE)';
export const NOT_A_URL =
  'the location is not a valid URL (postgres://USER@HOST:PORT/DATABASE); special characters in the password must be percent-encoded';
export const UNESCAPED =
  'special characters in the user, password and database must be percent-encoded (@ is %40, / is %2F, # is %23)';
export const NO_DATABASE =
  'the location must contain a database: postgres://USER@HOST:PORT/DATABASE';
export const HOST_INVALID =
  'the location must contain one host name, one address, or the absolute path of a socket folder (?host=/run/postgresql)';
export const SCHEMA_INVALID =
  'schema must be a name of lower-case letters, digits and underscores that does not start with pg_ or a digit';
export const ROOT_CERTIFICATE_EMPTY = 'sslrootcert must be the path of a file';
export const TIMEOUT_INVALID = 'timeout must be between 1s and 10m, such as 15s';

export const sslmodeUnknown = (modes: readonly string[]): string =>
  `sslmode must be one of ${modes.join(', ')}`;

/** @param key undefined if it might be part of a password */
export const keyUnknown = (key: string | undefined, known: readonly string[]): string =>
  `${key === undefined ? 'a parameter' : `the parameter ${key}`} after the ? is not supported; supported are ${known.join(', ')}`;

export const keyRepeated = (key: string): string => `the parameter ${key} is given more than once`;

/** @param problem one sentence, without any part of the location */
export const locationInvalid = (problem: string): KeyturnError =>
  new KeyturnError('CONFIG_INVALID', problem, {
    hint: 'Correct the location of the ledgers: postgres://USER@HOST/DATABASE',
    effect: 'none',
  });

// Credentials.

export const userMissing = (where: string): KeyturnError =>
  new KeyturnError('CREDENTIALS_MISSING', `${where}: the user is missing`, {
    hint: 'Add it to the location (postgres://USER@HOST/DATABASE), or set PGUSER.',
    effect: 'none',
  });

export const passwordMissing = (where: string): KeyturnError =>
  new KeyturnError('CREDENTIALS_MISSING', `${where}: the server asks for a password`, {
    hint: 'Set PGPASSWORD, or PGPASSFILE to a file that only this user can read.',
    effect: 'none',
  });

export const rootCertificateUnreadable = (where: string, path: string): KeyturnError =>
  failed(where, `cannot read the certificates in ${path}`, 'Correct sslrootcert.', 'none');

// The server.

/** What PostgreSQL's own codes mean for the store. docs: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const sqlstates: Readonly<Record<string, { readonly what: string; readonly hint: string }>> = {
  '08P01': {
    what: 'the server, or a pooler before it, rejected the connection',
    hint: 'Connect to the server directly, or to a pooler in session mode.',
  },
  '22021': { what: 'a text does not fit the encoding of the database', hint: 'Use UTF8.' },
  '25006': {
    what: 'the database is read-only',
    hint: 'Connect to the primary server, with a role that may write.',
  },
  '28000': {
    what: 'the server does not allow this user to connect like this',
    hint: 'Check user and database, sslmode, and the pg_hba.conf of the server.',
  },
  '28P01': { what: 'the password is wrong', hint: 'Correct the password.' },
  '3D000': { what: 'the database does not exist', hint: 'Create it, or correct the location.' },
  '42501': { what: 'permission denied', hint: GRANTS },
  '42P01': {
    what: 'a table is missing',
    hint: 'Restore the schema, or drop it to start from nothing.',
  },
  '53100': { what: 'the disk of the server is full', hint: 'Free space, then run it again.' },
  '53300': {
    what: 'the server has no connection left',
    hint: 'Raise max_connections, or run fewer rotations at once (--jobs).',
  },
  '55P03': {
    what: 'another transaction blocks this one',
    hint: 'Find it in pg_stat_activity, then run it again.',
  },
  '57014': {
    what: 'the statement timed out or was canceled',
    hint: 'Check the load and the locks of the server, then run it again.',
  },
  '57P01': { what: 'the server is shutting down', hint: 'Run it again when it is up.' },
  '57P02': { what: 'the server crashed', hint: 'Run it again when it is up.' },
  '57P03': { what: 'the server is starting up or shutting down', hint: 'Run it again shortly.' },
};

/** What else can go wrong with a connection, by the codes of the system, of TLS and of this package. */
const codes: Readonly<Record<string, { readonly what: string; readonly hint: string }>> = {
  ECONNREFUSED: { what: 'connection refused', hint: REACH },
  ECONNRESET: { what: 'the connection was cut', hint: REACH },
  EPIPE: { what: 'the connection was cut', hint: REACH },
  ENOTFOUND: { what: 'the host is unknown', hint: 'Correct the host in the location.' },
  EAI_AGAIN: { what: 'the host name could not be looked up', hint: 'Check the DNS.' },
  ENOENT: { what: 'there is no socket in this folder', hint: REACH },
  EACCES: { what: 'the socket belongs to others', hint: 'Give this user access to the socket.' },
  ETIMEDOUT: { what: 'the server is unreachable', hint: REACH },
  EHOSTUNREACH: { what: 'the server is unreachable', hint: REACH },
  ENETUNREACH: { what: 'the server is unreachable', hint: REACH },
  timeout: { what: 'the server did not answer in time', hint: REACH },
  ended: { what: 'the connection was cut', hint: REACH },
  interrupted: { what: 'the call was interrupted', hint: 'Run it again.' },
  sasl: {
    what: 'the server could not prove that it knows the password',
    hint: 'Check the password, and that the host is the right one.',
  },
  'no-tls': {
    what: 'the server does not support TLS',
    hint: 'Enable TLS on the server. sslmode=disable sends everything in plain text.',
  },
};

/** Codes of a certificate that is not trusted, beside those of {@link codes}. */
const CERTIFICATE =
  /CERT|SELF_SIGNED|ISSUER|LEAF_SIGNATURE|ALTNAME|^(?:HOSTNAME_MISMATCH|INVALID_CA|CRL_)/;

const certificateUntrusted = {
  what: 'the certificate of the server is not trusted',
  hint: 'Set sslrootcert to the certificate of its authority, and use the host name that is in the certificate.',
};

interface Codes {
  readonly sqlstate?: string | undefined;
  readonly code?: string | undefined;
}

export const storeFailed = (
  where: string,
  { sqlstate, code }: Codes,
  effect: Effect,
): KeyturnError => {
  const { what, hint } = explained(sqlstate, code);
  return failed(where, what, hint, effect);
};

function explained(
  sqlstate: string | undefined,
  code: string | undefined,
): { readonly what: string; readonly hint: string } {
  if (sqlstate !== undefined)
    return (
      sqlstates[sqlstate] ?? {
        what: `PostgreSQL reports ${sqlstate}`,
        hint: 'Look that code up in the log of the server, then run it again.',
      }
    );
  if (code === undefined) return { what: 'the connection failed', hint: REACH };
  if (CERTIFICATE.test(code))
    return { ...certificateUntrusted, what: `${certificateUntrusted.what} (${code})` };
  return codes[code] ?? { what: `the connection failed (${code})`, hint: REACH };
}

/** @param version as the server has it: 130014 */
export const versionUnsupported = (where: string, version: number): KeyturnError =>
  failed(
    where,
    `PostgreSQL ${Math.floor(version / 10_000)} is unsupported`,
    'Use PostgreSQL 14 or later.',
    'none',
  );

export const encodingUnsupported = (where: string, encoding: string): KeyturnError =>
  failed(
    where,
    `the encoding of the database is ${encoding}`,
    'Create a database with the encoding UTF8.',
    'none',
  );

export const poolerFound = (where: string): KeyturnError =>
  failed(
    where,
    'a pooler in transaction mode is in between, and locks do not hold there',
    'Use the direct port of the server, or a pooler in session mode.',
    'none',
  );

export const replicaFound = (where: string): KeyturnError =>
  failed(where, 'it is a read-only replica', 'Use the address of the primary server.', 'none');

export const storeClosed = (where: string): KeyturnError =>
  failed(where, 'the store was closed', 'Open it again.', 'none');

export const notSynced = (where: string): string =>
  `${where}: fsync is off, so the server loses records when its machine stops`;

export const sentInPlain = (where: string): string =>
  `${where}: the connection is not encrypted (sslmode=disable); everybody in between can read and change it`;

export const serverUnverified = (where: string): string =>
  `${where}: the server does not prove who it is (sslmode=require); use sslmode=verify-full`;

// The schema.

export const schemaNewer = (where: string, found: number, known: number): KeyturnError =>
  failed(
    where,
    `the tables have version ${found}, and this keyturn knows ${known}`,
    'Update @keyturn/store-postgres.',
    'none',
  );

export const schemaNotCreatable = (where: string, schema: string): KeyturnError =>
  failed(
    where,
    `the role may not create the schema ${schema} and its tables`,
    'Run it once with a role that may, then grant this role the privileges in the README of @keyturn/store-postgres.',
    'none',
  );

export const privilegesMissing = (where: string, what: readonly string[]): KeyturnError =>
  failed(where, `the role lacks privileges: ${what.join(', ')}`, GRANTS, 'none');

// The lock.

/** @param isLocal whether the holder is a process of this machine */
export const lockHeld = (rotation: string, holder: Holder, isLocal: boolean): KeyturnError => {
  const otherwise = isLocal
    ? `if it hangs, end process ${holder.pid}.`
    : 'if its machine is certainly gone, run keyturn ledger unlock NAME.';
  return new KeyturnError(
    'STATE_BUSY',
    `rotation "${rotation.slice(0, 100)}" is held by ${describeHolder(holder)}`,
    { hint: `Wait until that run has ended; ${otherwise}`, effect: 'none' },
  );
};

export const lockContended = (rotation: string): KeyturnError =>
  new KeyturnError(
    'STATE_BUSY',
    `rotation "${rotation.slice(0, 100)}" is being locked by another run`,
    { hint: 'Wait until that run has ended.', effect: 'none' },
  );

export const lockTaken = (where: string): KeyturnError =>
  lost(
    where,
    'another run has taken over the lock, or it was unlocked',
    'Run it again: it continues where the other run stopped.',
  );

export const connectionLost = (where: string): KeyturnError =>
  lost(
    where,
    'the connection that held the lock has ended',
    'Run it again: it continues from the ledger.',
  );

export const lockWaitInterrupted = (where: string): KeyturnError =>
  new KeyturnError('INTERRUPTED', `${where}: waiting for the lock was interrupted`, {
    hint: 'Run it again.',
    effect: 'none',
  });

// The ledger.

export const writeUnanswered = (where: string): KeyturnError =>
  failed(
    where,
    'the connection was cut while records were written, and the database cannot be asked whether they are there',
    'Run it again when the database is reachable: it continues from the ledger.',
    'unknown',
  );

export const recordAltered = (where: string): KeyturnError =>
  new KeyturnError('STATE_CORRUPT', `${where}: the record does not match its hash`, {
    hint: 'Restore the ledger from its last good copy.',
    effect: 'none',
  });

export const recordsMissing = (where: string): KeyturnError =>
  new KeyturnError('STATE_CORRUPT', `${where}: records before it are missing`, {
    hint: 'Restore the ledger from its last good copy.',
    effect: 'none',
  });

function failed(where: string, what: string, hint: string, effect: Effect): KeyturnError {
  return new KeyturnError('STATE_FAILED', `${where}: ${what}`, { hint, effect });
}

function lost(where: string, what: string, hint: string): KeyturnError {
  return new KeyturnError('STATE_LOST', `${where}: ${what}`, { hint, effect: 'none' });
}
