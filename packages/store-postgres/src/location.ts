import { parseDuration, Secret } from '@keyturn/core';

import * as problems from './messages.ts';

/** Whether a connection is encrypted, and whether the server has to prove who it is. */
type Encryption = 'none' | 'unverified' | 'verified';

/** A database and how it is reached. */
export interface Location {
  /** A name, an address, or the absolute path of a folder with the server's socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string | undefined;
  readonly password: Secret | undefined;
  readonly schema: string;
  readonly encryption: Encryption;
  /** The file with the certificates of the authorities that are trusted; undefined for those of Node. */
  readonly rootCertificate: string | undefined;
  /** Of one statement, in milliseconds. */
  readonly timeout: number;
}

const KEYS = ['sslmode', 'sslrootcert', 'schema', 'timeout', 'host'] as const;
const ENCRYPTION: Readonly<Record<string, Encryption>> = {
  disable: 'none',
  require: 'unverified',
  'verify-full': 'verified',
};
const SCHEMA = /^(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}$/;
const HOST = /^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?$/i;
const SHORTEST = 1000;
const LONGEST = 600_000;

/** What a location is, or one sentence on why it is none. The sentence repeats no text of it that might be a password. */
export function parseLocation(
  text: string,
): { readonly location: Location } | { readonly problem: string } {
  try {
    return { location: readLocation(text) };
  } catch (error) {
    if (error instanceof LocationProblem) return { problem: error.message };
    throw error;
  }
}

/** Host, port, database and schema: what may be shown. */
export function shownLocation({ host, port, database, schema }: Location): string {
  const address = host.startsWith('/') ? host : host.includes(':') ? `[${host}]` : host;
  const where = address.startsWith('/') ? `${address}:${port}` : `//${address}:${port}`;
  return `postgres:${where}/${database}${schema === 'keyturn' ? '' : ` (schema ${schema})`}`;
}

/** Whether nothing that is sent to a host leaves this machine. */
export function isLoopback(host: string): boolean {
  return (
    host.startsWith('/') ||
    /^(?:localhost|127(?:\.\d{1,3}){3}|::1|(?:.+\.)?localhost)\.?$/i.test(host)
  );
}

class LocationProblem extends Error {}

function refuse(problem: string): never {
  throw new LocationProblem(problem);
}

function readLocation(text: string): Location {
  if (!/^postgres(?:ql)?:\/\//i.test(text)) refuse(problems.NOT_A_DATABASE);
  if (!URL.canParse(text)) refuse(problems.NOT_A_URL);
  const url = new URL(text);
  if (url.hash !== '' || text.includes('#')) refuse(problems.UNESCAPED);
  const query = readQuery(url.searchParams);
  const host = readHost(url.hostname, query.get('host'));
  const path = url.pathname.slice(1);
  if (path === '') refuse(problems.NO_DATABASE);
  if (/[@/:]/.test(path)) refuse(problems.UNESCAPED);
  const port = url.port === '' ? 5432 : Number(url.port);
  if (port === 0) refuse(problems.NOT_A_URL);
  const password = decode(url.password);
  return {
    host,
    port,
    database: decode(path),
    user: url.username === '' ? undefined : decode(url.username),
    password: password === '' ? undefined : new Secret(password),
    schema: readSchema(query.get('schema')),
    encryption: readEncryption(query.get('sslmode'), host),
    rootCertificate: readFile(query.get('sslrootcert')),
    timeout: readTimeout(query.get('timeout')),
  };
}

function readQuery(parameters: URLSearchParams): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const [key, value] of parameters) {
    if (!(KEYS as readonly string[]).includes(key))
      refuse(problems.keyUnknown(/^[a-z_]{1,40}$/i.test(key) ? key : undefined, KEYS));
    if (query.has(key)) refuse(problems.keyRepeated(key));
    query.set(key, value);
  }
  return query;
}

/** The socket's folder is `%2Frun%2Fpostgresql` in the place of the host, or `?host=/run/postgresql`. */
function readHost(name: string, folder: string | undefined): string {
  if (folder !== undefined) {
    if (name !== '' || !folder.startsWith('/')) refuse(problems.HOST_INVALID);
    return folder;
  }
  if (name === '') return 'localhost';
  const host = decode(name.replace(/^\[(.*)\]$/, '$1'));
  const isAddress = name.startsWith('[');
  if (!isAddress && !host.startsWith('/') && !HOST.test(host)) refuse(problems.HOST_INVALID);
  return host;
}

function readSchema(schema = 'keyturn'): string {
  return SCHEMA.test(schema) ? schema : refuse(problems.SCHEMA_INVALID);
}

function readEncryption(mode: string | undefined, host: string): Encryption {
  if (mode === undefined) return isLoopback(host) ? 'none' : 'verified';
  return ENCRYPTION[mode] ?? refuse(problems.sslmodeUnknown(Object.keys(ENCRYPTION)));
}

function readFile(path: string | undefined): string | undefined {
  return path === '' ? refuse(problems.ROOT_CERTIFICATE_EMPTY) : path;
}

function readTimeout(text = '15s'): number {
  let timeout = Number.NaN;
  try {
    timeout = parseDuration(text);
  } catch {
    // It is refused below.
  }
  return timeout >= SHORTEST && timeout <= LONGEST ? timeout : refuse(problems.TIMEOUT_INVALID);
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    return refuse(problems.UNESCAPED);
  }
  return decoded.includes('\0') ? refuse(problems.UNESCAPED) : decoded;
}
