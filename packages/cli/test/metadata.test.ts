import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { World } from '@keyturn/sandbox';
import { expect, it } from 'vitest';

import { ID, makePlace, TOKEN } from './keyturn.ts';

const OLD = '2026-01-01T00:00:00.000Z';
const items = (more: object = {}) => {
  const item = { value: 'before-123', createdAt: OLD, updatedAt: OLD, ...more };
  return { [ID]: item, [TOKEN]: item, NEIGHBOUR: item };
};
const variables = (environment_scope: string, id: object, token: object) => [
  { key: ID, value: 'before-123', environment_scope, ...id },
  { key: TOKEN, value: 'before-123', environment_scope, ...token },
  { key: 'NEIGHBOUR', value: 'before-123', environment_scope, ...token },
];
const selected = { visibility: 'selected', selected: ['acme/web', 'acme/docs'] } as const;

/** Each sink already holds the names, with everything beside the values that its platform knows, and none of it as new ones get it. */
const world: World = {
  github: {
    'acme/web': { topics: ['service'], actions: items(), dependabot: items() },
    'acme/api': { environments: { production: items(), staging: items() } },
    'acme/docs': { private: false, actions: items() },
    organizations: {
      acme: {
        actions: { ...items(selected), [ID]: { ...items()[ID], visibility: 'all' } },
        dependabot: items(selected),
      },
    },
    tokens: [{ token: 'ghp_metadata', kind: 'classic', scopes: ['repo', 'admin:org'] }],
  },
  gitlab: {
    'acme/infra': {
      variables: [
        ...variables('*', { raw: true }, { masked: true, hidden: true, protected: true }),
        ...variables(
          'production',
          { variable_type: 'file', description: 'Which token' },
          { masked: true, raw: true },
        ),
        ...variables('review/*', {}, { protected: true }),
      ],
    },
    groups: { acme: { variables: variables('*', { protected: true }, { masked: true }) } },
    tokens: [{ token: 'glpat-metadata', admin: true }],
  },
  circleci: {
    projects: { 'gh/acme/web': items() },
    contexts: { 'gh/acme/deploy': items(), 'gh/acme/other': items() },
    contextDetails: {
      'gh/acme/deploy': {
        restrictions: [{ type: 'expression', value: 'pipeline.git.branch == "main"' }],
      },
    },
    tokens: [{ token: 'CCIPAT_metadata' }],
  },
};

const rotations = {
  'ci-github': [
    'github:acme/web',
    'github:acme/api?environment=production',
    'github:acme',
    'github:acme?app=dependabot',
  ],
  'ci-gitlab': [
    'gitlab:acme/infra',
    'gitlab:acme/infra?scope=production',
    'gitlab:acme?level=group',
  ],
  'ci-circleci': ['circleci:gh/acme/web', 'circleci:gh/acme?context=deploy', 'env:.env.ci'],
};

/** Every field of what the platforms hold, by its path. */
function fields(value: unknown, path = ''): [string, unknown][] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => fields(inner, `${path}/${key}`))
    : [[path, value]];
}

it('one command changes nothing but the values of its secrets, wherever they are', async () => {
  const place = await makePlace(world);
  const names = Object.keys(rotations);
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: Object.fromEntries(
      Object.entries(rotations).map(([name, sinks]) => {
        const permissions = place.token(name).accesses;
        return [name, { sinks, token: { permissions } }];
      }),
    ),
  };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  const lines = `# ours\nNEIGHBOUR=1\n${ID}="old" # said so\n${TOKEN}=older\n`;
  await writeFile(join(place.folder, '.env.ci'), lines);
  const platforms = () => {
    const { planetscale: _, ...others } = place.sandbox.state();
    return new Map(fields(others));
  };
  const before = platforms();
  const { code, stdout } = await place.keyturn(['rotate', '--json']);
  expect(code).toBe(0);
  const after = platforms();

  const written = [...after.keys()].filter((path) => after.get(path) !== before.get(path));
  const values = written.filter((path) => path.endsWith('/value'));
  expect(values).toHaveLength(18);
  // Beside its value, a secret shows when it was written, and nothing else.
  expect(written.filter((path) => !/\/(?:value|updatedAt)$/.test(path))).toEqual([]);
  expect([...before.keys()].filter((path) => !after.has(path))).toEqual([]);

  const tokens = new Map(
    (JSON.parse(stdout).rotations as { name: string; current: { id: string } }[]).map(
      ({ name, current: { id } }) => [name, place.token(id)],
    ),
  );
  expect([...tokens.keys()].toSorted()).toEqual(names.toSorted());
  for (const path of values) {
    const name = names.find((one) => path.startsWith(`/${one.slice('ci-'.length)}`)) ?? '';
    expect([tokens.get(name)?.id, tokens.get(name)?.token]).toContain(after.get(path));
  }
  const env = await readFile(join(place.folder, '.env.ci'), 'utf8');
  expect(env).toMatch(/^# ours\nNEIGHBOUR=1\n/);
  expect(env).toContain(tokens.get('ci-circleci')?.token);
}, 30_000);
