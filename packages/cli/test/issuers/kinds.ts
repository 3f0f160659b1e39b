import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ID, makePlace, others, TOKEN, type Place } from '../keyturn.ts';
import { runIn, wordsOf, type Outcome } from '../inside.ts';

/** An issuer of the sandbox, with a token that jobs of github:acme/web use. */
export interface Kind {
  readonly kind: string;
  /** Its options in a configuration. */
  readonly options: string;
  /** The same for the command line: what only the user knows. */
  readonly flags: string;
  /** What `token create` needs for a first token. */
  readonly creation: string;
  readonly token: string;
  /** The names that a workflow reads, by field. */
  readonly names: Readonly<Record<string, string>>;
  /** The fields of a new token that are secret. */
  readonly secrets: readonly string[];
  readonly permissions: 'own' | 'of the user';
}

export const kinds: readonly Kind[] = [
  {
    kind: 'planetscale',
    options: 'org: acme',
    flags: '--org acme',
    creation: '',
    token: 'cigithub4w8d',
    names: { id: 'PSCALE_TOKEN_ID', token: 'PSCALE_TOKEN' },
    secrets: ['token'],
    permissions: 'own',
  },
  {
    kind: 'planetscale-password',
    options: 'org: acme, database: shop',
    flags: '--org acme --set database=shop',
    creation: '--permission role=reader',
    token: 'cishoppw5t7b',
    names: { host: 'DB_HOST', username: 'DB_USERNAME', password: 'DB_PASSWORD' },
    secrets: ['password', 'url'],
    permissions: 'own',
  },
  {
    kind: 'planetscale-role',
    options: 'org: acme, database: ledger',
    flags: '--org acme --set database=ledger',
    creation: '',
    token: 'cileddb4k8mz',
    names: { url: 'POSTGRES_URL' },
    secrets: ['password', 'url'],
    permissions: 'own',
  },
  {
    kind: 'gitlab-token',
    options: 'project: acme/infra, scopes: [api, read_repository], accessLevel: maintainer',
    flags: "--org acme/infra --set 'scopes=[api, read_repository]' --set accessLevel=maintainer",
    creation: '',
    token: '812',
    names: { token: 'GL_TOKEN' },
    secrets: ['token'],
    permissions: 'own',
  },
  {
    kind: 'aws-iam',
    options: 'user: ci',
    flags: '--org ci',
    creation: '',
    token: 'AKIA95DD28B541474113',
    names: { accessKeyId: 'AWS_ACCESS_KEY_ID', secretAccessKey: 'AWS_SECRET_ACCESS_KEY' },
    secrets: ['secretAccessKey'],
    permissions: 'of the user',
  },
];

/** A folder and a sandbox, in which jobs of github:acme/web read the token of this kind. */
export async function placeOf({ names }: Pick<Kind, 'names'>): Promise<Place> {
  const place = await makePlace();
  const written = Object.values(names).map((name) => ({
    op: 'write',
    sink: 'github:acme/web',
    name,
    value: 'in use',
  }));
  const seeded = [ID, TOKEN].map((name) => ({ op: 'remove', sink: 'github:acme/web', name }));
  await others(place, ...seeded, ...written);
  return place;
}

/** Makes it a checkout of acme/web, whose workflows read these secrets as the variables of the same names. */
export async function checkOut({ folder }: Place, names: readonly string[]): Promise<void> {
  await mkdir(join(folder, '.git'), { recursive: true });
  await mkdir(join(folder, '.github/workflows'), { recursive: true });
  const env = names.map((name) => `          ${name}: \${{ secrets.${name} }}\n`).join('');
  const text = `jobs:\n  deploy:\n    steps:\n      - run: make deploy\n        env:\n${env}`;
  await writeFile(join(folder, '.github/workflows/deploy.yml'), text);
}

/** The configuration of one rotation of this kind, beside one of another issuer or alone. */
export async function configure(
  { folder }: Place,
  { kind, options, names }: Kind,
  isOwn = false,
): Promise<void> {
  const issuer = `issuer: { kind: ${kind}, ${options} }`;
  const rotation = `rotations:\n  deploy:\n${isOwn ? `    ${issuer}\n` : ''}    names: ${JSON.stringify(names)}\n    sinks: [github:acme/web]\n`;
  const common = isOwn ? 'issuer: { kind: planetscale, org: acme }' : issuer;
  await writeFile(join(folder, 'keyturn.config.yaml'), `${common}\n${rotation}`);
}

/** Runs a line in this process; a person's login is not set, since nobody has both. */
export function run({ folder, sandbox }: Place, line: string): Promise<Outcome> {
  return runIn(wordsOf(line), folder, {
    ...sandbox.env,
    PLANETSCALE_API_TOKEN: undefined,
    PLANETSCALE_ORG: undefined,
    GITHUB_REPOSITORY: 'acme/web',
  });
}
