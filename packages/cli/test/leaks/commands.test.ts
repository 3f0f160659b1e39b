import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { sections } from '../../src/program/commands.ts';
import { leaksIn } from '../secrets.ts';
import { openHouse, type House, type Seen } from './house.ts';

/** What looks like a secret of any of the providers, also one that only a world inside the program knows. */
const LOOKS_SECRET =
  /pscale_(?:tkn|oauth)_[\w-]{20,}|gh[ps]_[\w]{20,}|glpat-[\w-]{16,}|CCIPAT_\w{16,}/;
const OLD = 'cigithub4w8d';

/** Where a command shows a secret because that is what it is for. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  // A new token's, once, to whoever made it; none that was there before.
  'token create': ['stdout'],
  // The credentials of its own made-up world.
  sandbox: ['stdout'],
};

async function furnished(): Promise<House> {
  const house = await openHouse();
  const config = `issuer: { kind: planetscale, org: acme }
rotations:
  ci-github: { grace: "0", sinks: [github:acme/web, env:.env.ci, "exec:put-secret"] }
  ci-gitlab: { sinks: [gitlab:acme/infra] }
  ci-circle: { layout: joined, sinks: [circleci:gh/acme/web] }
`;
  await writeFile(join(house.work, 'keyturn.config.yaml'), config);
  await house.run(
    'git init -q && git config user.email a@b && git config user.name a && ' +
      'git remote add origin https://github.com/acme/web.git && echo ".env*" > .gitignore && git add . && git commit -qm x',
  );
  return house;
}

const secretsOf = ({ sandbox }: House): string[] => [
  ...(sandbox.state().planetscale?.orgs?.['acme']?.tokens ?? []).map(({ token = '' }) => token),
  ...Object.entries(sandbox.env)
    .filter(([name]) => name.endsWith('TOKEN'))
    .map(([, value]) => value),
];

function expectNoSecret(
  house: House,
  name: string,
  { texts, stdout }: Seen,
  before: string[],
): void {
  const secrets = secretsOf(house);
  expect(secrets.length).toBeGreaterThan(6);
  // A new token's secret may be shown; not one that was there before, but by the sandbox.
  expect(name === 'sandbox' ? [] : leaksIn(stdout, before)).toEqual([]);
  for (const [where, text] of Object.entries(texts)) {
    if (SHOWN[name]?.includes(where) === true) continue;
    expect({ where, leaks: leaksIn(text, secrets) }).toEqual({ where, leaks: [] });
    expect({ where, leaks: LOOKS_SECRET.exec(text)?.[0] }).toEqual({ where, leaks: undefined });
  }
}

describe('no secret is in any output, file or argument, nor in the environment of a child, after', () => {
  // The program's own list: a command that is new is looked at by its examples.
  const all = sections.flatMap(({ title, commands }) =>
    commands.map(({ name, examples }) => ({
      title,
      name,
      lines: examples.map(({ line }) => line),
    })),
  );
  it.each(all)('keyturn $name', { timeout: 120_000 }, async ({ title, name, lines }) => {
    const house = await furnished();
    if (/Rotate|Look/.test(title)) await house.run(`keyturn rotate ci-github --replaces ${OLD}`);
    for (const line of lines) {
      const before = secretsOf(house);
      const seen = await house.run(line.replaceAll('abc123def456', OLD));
      expect([line, seen.code === 1 ? seen.texts['stderr'] : '']).toEqual([line, '']);
      expectNoSecret(house, name, seen, before);
    }
  });

  it.each(['pair', 'joined', 'file', 'slots'])(
    'a rotation of every sink in the layout %s',
    { timeout: 60_000 },
    async (layout) => {
      const house = await openHouse();
      const sinks = {
        slots: ['github:acme/web', 'github:acme'],
        others: [
          'github:acme/web',
          'gitlab:acme/infra',
          'circleci:gh/acme?context=deploy',
          'env:.env.x',
          'exec:put-secret?env=GITHUB_TOKEN',
        ],
      };
      const config = {
        issuer: { kind: 'planetscale', org: 'acme' },
        rotations: {
          all: { grace: '0', layout, sinks: layout === 'slots' ? sinks.slots : sinks.others },
        },
      };
      await writeFile(join(house.work, 'keyturn.config.json'), JSON.stringify(config));
      const before = secretsOf(house);
      const seen = await house.run(`keyturn rotate --replaces ${OLD} --json`);
      expect(JSON.parse(seen.stdout)).toMatchObject({ rotations: [{ outcome: 'rotated' }] });
      const given = `GITHUB_TOKEN=${house.sandbox.env['GITHUB_TOKEN']}`;
      const environment = 'the environment of a child';
      // The one credential that the target asks for.
      const texts = {
        ...seen.texts,
        [environment]: (seen.texts[environment] ?? '').replaceAll(given, ''),
      };
      expect(layout === 'slots' || seen.texts[environment]?.includes(given)).toBe(true);
      expectNoSecret(house, 'rotate', { ...seen, texts }, before);
    },
  );
});
