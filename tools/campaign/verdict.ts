import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { sinks, type Place } from './place.ts';

const NAMES = {
  id: 'PLANETSCALE_SERVICE_TOKEN_ID',
  token: 'PLANETSCALE_SERVICE_TOKEN',
  joined: 'PLANETSCALE_CREDENTIAL',
};

interface Token {
  readonly id: string;
  readonly name: string;
  readonly token: string;
  readonly revokedAt: string | null;
}

/** What a job would read of one sink: a token that works, one that does not, two halves, or nothing. */
export type Reading = 'works' | 'revoked' | 'torn' | 'nothing';

export async function readSinks(place: Place, layout: 'pair' | 'joined'): Promise<Reading[]> {
  return Promise.all(
    sinks.map(async (sink) => judge(await valuesOf(place, sink), layout, tokensOf(place))),
  );
}

/** Rule 2: of the tokens that this rotation knows, one is left. */
export function orphans(place: Place): number {
  const ours = tokensOf(place).filter(
    ({ id, name }) => id === place.old || name.startsWith('keyturn-'),
  );
  return ours.filter(({ revokedAt }) => revokedAt === null).length - 1;
}

/** Rule 3: files beside the env file that hold a secret. */
export async function plaintextFiles(place: Place): Promise<string[]> {
  const secrets = tokensOf(place).map(({ token }) => token);
  const entries = await readdir(place.folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== '.env.ci');
  const texts = await Promise.all(
    files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
  );
  return files
    .filter((_, i) => secrets.some((secret) => texts[i]?.includes(secret)))
    .map(({ name }) => name);
}

/** Rule 7: a token that is nobody's business here. */
export function strangersRevoked(place: Place): number {
  return tokensOf(place).filter(
    ({ name, revokedAt }) =>
      !name.startsWith('keyturn-') && name !== 'ci-github' && revokedAt !== null,
  ).length;
}

function tokensOf(place: Place): Token[] {
  return (place.sandbox.state().planetscale?.orgs?.['acme']?.tokens ?? []) as Token[];
}

function judge(
  values: ReadonlyMap<string, string>,
  layout: 'pair' | 'joined',
  tokens: readonly Token[],
): Reading {
  const [id, secret] =
    layout === 'pair'
      ? [values.get(NAMES.id), values.get(NAMES.token)]
      : (values.get(NAMES.joined)?.split(':') ?? []);
  if (id === undefined && secret === undefined) return 'nothing';
  const token = tokens.find((one) => one.id === id && one.token === secret);
  if (token === undefined) return 'torn';
  return token.revokedAt === null ? 'works' : 'revoked';
}

async function valuesOf(place: Place, sink: string): Promise<Map<string, string>> {
  if (sink.startsWith('env:')) {
    const text = await readFile(join(place.folder, sink.slice(4)), 'utf8').catch(() => '');
    return new Map(
      text
        .split('\n')
        .flatMap((line) =>
          line.includes('=')
            ? [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const]
            : [],
        ),
    );
  }
  const github = place.sandbox.state().github as unknown as Record<
    string,
    { actions?: Record<string, { value: string }> }
  >;
  const stored = github[sink.slice('github:'.length)]?.actions ?? {};
  return new Map(Object.entries(stored).map(([name, { value }]) => [name, value]));
}
