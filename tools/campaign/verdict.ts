import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { sinksOf, type LayoutName } from './layout.ts';
import type { Machine } from './machine.ts';
import type { Place } from './place.ts';

const NAMES = {
  id: 'PLANETSCALE_SERVICE_TOKEN_ID',
  token: 'PLANETSCALE_SERVICE_TOKEN',
  joined: 'PLANETSCALE_CREDENTIAL',
  file: 'PLANETSCALE_ENV',
};

interface Token {
  readonly id: string;
  readonly name: string;
  readonly token: string;
  readonly revokedAt: string | null;
}

/** What a job would read of one sink: a token that works, one that does not, two halves, or nothing. */
export type Reading = 'works' | 'revoked' | 'torn' | 'nothing';

export function readSinks(place: Place, { folder }: Machine): Promise<Reading[]> {
  const { layout, lost } = place.world;
  return Promise.all(
    sinksOf(layout, lost).map((sink) =>
      sink.startsWith('env:')
        ? readEnvFile(place, join(folder, sink.slice(4)))
        : runJob(place, sink),
    ),
  );
}

/** Rule 2: of the tokens that this rotation knows, one is left. */
export function orphans(place: Place): number {
  const ours = tokensOf(place).filter(
    ({ id, name }) => id === place.old || name.startsWith('keyturn-'),
  );
  return ours.filter(({ revokedAt }) => revokedAt === null).length - 1;
}

/** Rule 3: files of a machine beside the env file that hold a secret. */
export async function plaintextFiles(place: Place, { root }: Machine): Promise<string[]> {
  const secrets = tokensOf(place).map(({ token }) => token);
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
  const secrets = [...tokensOf(place).map(({ token }) => token), ...place.secrets];
  return secrets.some((secret) => text.includes(secret));
}

/** The requests that were meant to change something at a provider; the store is none. */
export async function changesAsked({ sandbox }: Place): Promise<number> {
  const answer = await fetch(`${sandbox.control}/requests`);
  const requests = (await answer.json()) as { method: string; path: string }[];
  return requests.filter(
    ({ method, path }) => !/^(?:GET|HEAD)$/.test(method) && !path.includes('/acme-keyturn/'),
  ).length;
}

/** Rule 7: a token that is nobody's business here. */
export function strangersRevoked(place: Place): number {
  return tokensOf(place).filter(
    ({ id, name, revokedAt }) =>
      !name.startsWith('keyturn-') && id !== place.old && revokedAt !== null,
  ).length;
}

function tokensOf(place: Place): Token[] {
  return (place.sandbox.state().planetscale?.orgs?.['acme']?.tokens ?? []) as Token[];
}

/** A job of that CI, which uses what it reads. */
async function runJob(place: Place, sink: string): Promise<Reading> {
  const body = JSON.stringify({ sink, layout: place.world.layout });
  const answer = await fetch(`${place.sandbox.control}/ci-job`, { method: 'POST', body });
  const { ok, status, tokenId } = (await answer.json()) as {
    ok: boolean;
    status: number | null;
    tokenId: string | null;
  };
  if (ok) return 'works';
  if (status === null) return tokenId === null ? 'nothing' : 'torn';
  const token = tokensOf(place).find(({ id }) => id === tokenId);
  return token === undefined || token.revokedAt !== null ? 'revoked' : 'torn';
}

async function readEnvFile(place: Place, path: string): Promise<Reading> {
  const values = parseEnv(await readFile(path, 'utf8').catch(() => ''));
  const [id, secret] = partsOf(place.world.layout, values);
  if (id === undefined && secret === undefined) return 'nothing';
  const token = tokensOf(place).find((one) => one.id === id && one.token === secret);
  if (token === undefined) return 'torn';
  return token.revokedAt === null ? 'works' : 'revoked';
}

function partsOf(layout: LayoutName, values: NodeJS.Dict<string>): readonly (string | undefined)[] {
  if (layout === 'joined') return values[NAMES.joined]?.split(':') ?? [];
  const held = layout === 'file' ? parseEnv(values[NAMES.file] ?? '') : values;
  return [held[NAMES.id], held[NAMES.token]];
}
