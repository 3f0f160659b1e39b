import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { controlOf, type RecordedRequest } from '../../packages/sandbox/src/index.ts';
import { isOther, secretsOf, strangers } from './credentials/all.ts';
import type { Token } from './credentials/credential.ts';
import { sinksOf } from './layout.ts';
import type { Machine } from './machine.ts';
import type { Place } from './place.ts';

/** What a job would read of one sink: a token that works, one that does not, two halves, or nothing. */
export type Reading = 'works' | 'revoked' | 'deleted' | 'torn' | 'nothing';

/** @param deleted what the user deleted, though sinks have it */
export function readSinks(
  place: Place,
  { folder }: Machine,
  deleted: ReadonlySet<string>,
): Promise<Reading[]> {
  const { layout, lost } = place.world;
  return Promise.all(
    sinksOf(layout, lost).map((sink) =>
      sink.startsWith('env:')
        ? readEnvFile(place, join(folder, sink.slice(4)), deleted)
        : runJob(place, sink, deleted),
    ),
  );
}

/** Rule 2: of the tokens that this rotation knows, one is left. */
export function orphans(place: Place): number {
  return tokensOf(place).filter((token) => token.exists && isOurs(place, token)).length - 1;
}

function isOurs({ old, world }: Place, { id, label }: Token): boolean {
  return !world.credential.labels || id === old || label.startsWith('keyturn-');
}

/** Rule 3: files of a machine beside the env file that hold a secret. */
export async function plaintextFiles({ sandbox }: Place, { root }: Machine): Promise<string[]> {
  const secrets = secretsOf(sandbox);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== '.env.ci');
  const texts = await Promise.all(
    // A process that outlived its run may remove files.
    files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1').catch(() => '')),
  );
  return files
    .filter((_, i) => secrets.some((secret) => texts[i]?.includes(secret)))
    .map(({ name }) => name);
}

/** Rule 3: what of a store or an output holds a secret. */
export function holdsPlaintext(place: Place, text: string): boolean {
  const secrets = [...secretsOf(place.sandbox), ...place.secrets];
  return secrets.some((secret) => text.includes(secret));
}

/** The requests that were meant to change something at a provider; the store is none, and neither are logins and reads by POST. */
export async function changesAsked({ sandbox }: Place): Promise<number> {
  return (await controlOf(sandbox).requests()).filter(isChange).length;
}

/** Whether a request was meant to change something: logins and some reads are posted, too. */
export function isChange({ method, path, requestBody }: RecordedRequest): boolean {
  if (/^(?:GET|HEAD|LOGIN)$/.test(method) || path.includes('/acme-keyturn/')) return false;
  return !path.endsWith('/Execute') && !/\bAction=(?:Get|List)/.test(requestBody);
}

/** Rule 7: a token that is nobody's business here. */
export function strangersRevoked(place: Place): number {
  const others = tokensOf(place).filter((token) => !isOurs(place, token));
  const all = [...others, ...strangers(place.world.credential, place.sandbox)];
  return all.filter(({ works }) => !works).length;
}

function tokensOf({ world, sandbox }: Place): readonly Token[] {
  return world.credential.tokens(sandbox);
}

/** A job of that CI, which uses what it reads. */
async function runJob(place: Place, sink: string, deleted: ReadonlySet<string>): Promise<Reading> {
  const { credential, layout } = place.world;
  const use = isOther(credential) ? { use: credential.kind } : {};
  const body = JSON.stringify({ sink, layout, names: credential.names(layout), ...use });
  const answer = await fetch(`${place.sandbox.control}/ci-job`, { method: 'POST', body });
  const { ok, status, tokenId } = (await answer.json()) as {
    ok: boolean;
    status: number | null;
    tokenId: string | null;
  };
  if (ok) return 'works';
  if (status === null) return tokenId === null ? 'nothing' : 'torn';
  if (tokensOf(place).find(({ id }) => id === tokenId)?.works === true) return 'torn';
  return deleted.has(tokenId ?? '') ? 'deleted' : 'revoked';
}

async function readEnvFile(
  place: Place,
  path: string,
  deleted: ReadonlySet<string>,
): Promise<Reading> {
  const { layout, credential } = place.world;
  const { file, ...names } = credential.names(layout);
  const all = parseEnv(await readFile(path, 'utf8').catch(() => ''));
  const values = file === undefined ? all : parseEnv(all[file] ?? '');
  const found = Object.entries(names).map(([field, name]) => [field, values[name]] as const);
  if (found.every(([, value]) => value === undefined)) return 'nothing';
  const token = tokensOf(place).find(({ fields }) =>
    found.every(([field, value]) => fields[field] === value),
  );
  if (token === undefined) return 'torn';
  if (token.works) return 'works';
  return deleted.has(token.id) ? 'deleted' : 'revoked';
}
