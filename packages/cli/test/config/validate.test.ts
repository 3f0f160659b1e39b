import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';

import { makePlace, runBin, type Ended, type Place } from '../keyturn.ts';
import { requestsOf } from '../running.ts';

const GOOD = `issuer: { kind: planetscale, org: acme }
rotations:
  ci: { sinks: [github:acme/web, "github:acme/*", "!github:acme/docs", env:.env.local] }
  other: { sinks: ["gitlab:acme/infra?scope=production", circleci:gh/acme/web] }
`;

async function placeWith(files: Readonly<Record<string, string>>): Promise<Place> {
  const place = await makePlace();
  for (const [name, text] of Object.entries(files)) await writeFile(join(place.folder, name), text);
  return place;
}

/** Without any variable: no credentials, and no address of the sandbox. */
const bare = ({ folder }: Place, ...args: readonly string[]): Promise<Ended> =>
  runBin('keyturn.js', ['config', ...args], {}, folder);

interface Found {
  readonly line: number | null;
  readonly key: string;
  readonly message: string;
  readonly hint: string | null;
}

const problemsOf = async (text: string, ...args: readonly string[]): Promise<Found[]> => {
  const place = await placeWith({ 'keyturn.config.yaml': text });
  const { code, stdout } = await bare(place, 'validate', '--json', ...args);
  const { problems, valid } = JSON.parse(stdout) as { problems: Found[]; valid: boolean };
  expect([code, valid]).toEqual(problems.length > 0 ? [2, false] : [0, true]);
  return problems;
};

describe('keyturn config validate', () => {
  it('needs no credentials, makes no request and writes nothing', async () => {
    const place = await placeWith({ 'keyturn.config.yaml': GOOD });
    for (const ended of [
      await bare(place, 'validate'),
      await place.keyturn(['config', 'validate']),
    ])
      expect(ended).toEqual({
        code: 0,
        stdout: '✔ keyturn.config.yaml is valid, with 2 rotations.\n',
        stderr: '',
      });
    expect(await requestsOf(place)).toEqual([]);
    expect(await readdir(place.folder)).toEqual(['keyturn.config.yaml']);
  });

  it('reports every problem at its place, with what to write', async () => {
    const place = await placeWith({
      'keyturn.config.yaml':
        'issuer: { kind: planetscale }\nrotations:\n  ci: { maxAgee: 90d, sinks: [acme/web], grace: soon }\n',
    });
    const text = await bare(place, 'validate');
    expect(text.code).toBe(2);
    expect(text.stdout).toContain(
      '✖ keyturn.config.yaml:3:9: rotations.ci.maxAgee: unknown key\n    → Did you mean maxAge?\n',
    );
    expect(text.stdout).toContain('✖ keyturn.config.yaml:3:49: rotations.ci.grace: ');
    expect(text.stdout).toMatch(/\n\n2 problems\.\n$/);
    const json = await bare(place, 'validate', '--json');
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toEqual({
      schemaVersion: 1,
      file: join(place.folder, 'keyturn.config.yaml'),
      valid: false,
      rotations: [],
      problems: [
        {
          file: join(place.folder, 'keyturn.config.yaml'),
          line: 3,
          column: 9,
          key: 'rotations.ci.maxAgee',
          message: 'unknown key',
          hint: 'Did you mean maxAge?',
        },
        expect.objectContaining({ line: 3, column: 49, key: 'rotations.ci.grace' }),
      ],
      warnings: [],
    });
  });

  it.each(['plan', 'rotate', 'token list'])(
    '%s says the same place of a wrong option',
    async (line) => {
      const text = GOOD.replace('org: acme', 'org: 7');
      const place = await placeWith({ 'keyturn.config.yaml': text });
      const { code, stderr } = await place.keyturn(line.split(' '));
      expect(code).toBe(2);
      expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
        /keyturn\.config\.yaml:1:35: issuer planetscale \(org\): /,
      );
      const given = await place.keyturn([...line.split(' '), '--org', 'acne']);
      expect(given.stderr).not.toContain('(org)');
    },
  );

  it('checks what only adapters know', async () => {
    const text = `issuer: { kind: planetscale, org: 7, nope: 1 }
rotations:
  ci:
    token: { permissions: [read_organization, nonsense!] }
    sinks:
      - github:acme/web/x
      - github:acme/web?environment=
      - gitlab:acme/infra?nope=1
      - nope:x
      - nope:y
      - "env:.env?format=nope"
      - ./missing.ts:x
`;
    const found = await problemsOf(text);
    expect(found.map(({ line, key }) => `${line} ${key}`)).toEqual([
      '1 issuer.org',
      '4 rotations.ci.token.permissions[1]',
      '6 rotations.ci.sinks[0]',
      '7 rotations.ci.sinks[1]',
      '8 rotations.ci.sinks[2]',
      '9 rotations.ci.sinks[3]',
      '11 rotations.ci.sinks[5]',
      '12 rotations.ci.sinks[6]',
    ]);
    expect(found[5]?.message).toContain('nope');
  });

  it('names an issuer that is not installed', async () => {
    const found = await problemsOf(
      'issuer: { kind: planetscal }\nrotations: { ci: { sinks: [env:a] } }\n',
    );
    expect(found).toMatchObject([
      { line: 1, key: 'issuer.kind', hint: 'Did you mean "planetscale"?' },
    ]);
  });

  it('warns of what is unusual, and exits with 0', async () => {
    const place = await placeWith({
      'keyturn.config.yaml': `issuer: { kind: planetscale, org: 0123 }
rotations:
  a: { maxAge: 90d, token: { ttl: 30d }, sinks: [github:acme/web] }
  b: { maxAge: 1h, grace: 2h, sinks: [github:acme/web] }
  c: { names: { id: C_ID, token: C_TOKEN }, sinks: [github:acme/web] }
`,
    });
    const { code, stdout } = await bare(place, 'validate', '--json');
    const { warnings } = JSON.parse(stdout) as { warnings: string[] };
    expect(code).toBe(0);
    expect(
      warnings.map((one) =>
        one
          .replace(/^.*yaml:/, '')
          .split(': ', 2)
          .join(' '),
      ),
    ).toEqual([
      '1:35 issuer.org',
      '3:35 rotations.a.token.ttl',
      '4:16 rotations.b.maxAge',
      '4:39 rotations.b.sinks[0]',
    ]);
    expect((await bare(place, 'validate')).stdout).toMatch(
      /^▲ keyturn\.config\.yaml:1:35: [^]*4 warnings\.\n$/,
    );
  });

  it('warns where the environment lacks what is not in the file', async () => {
    const place = await placeWith({
      'keyturn.config.yaml':
        'issuer: { kind: planetscale }\nrotations: { ci: { sinks: [env:a] } }\n',
    });
    const { code, stdout } = await bare(place, 'validate');
    expect(code).toBe(0);
    expect(stdout).toContain('organization');
    expect((await place.keyturn(['config', 'validate'])).stdout).not.toContain('▲');
  });

  it('says that there is no configuration, or where one is that is not found', async () => {
    const place = await placeWith({});
    const none = await bare(place, 'validate');
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringContaining('no configuration found'),
    ]);
    await writeFile(join(place.folder, 'keyturn.yml'), GOOD);
    const near = await bare(place, 'validate');
    expect([near.code, near.stderr]).toEqual([2, expect.stringContaining('keyturn.yml: ')]);
    expect((await bare(place, 'validate', '--config', 'keyturn.yml')).code).toBe(0);
  });

  it.each([
    ['keyturn.config.ts', "throw new Error('hunter2');\n"],
    ['keyturn.config.js', 'export default {,};\n'],
    ['keyturn.config.json', '{"issuer":'],
    ['keyturn.config.mjs', 'export const config = {};\n'],
  ])('reports a file that cannot be read: %s', async (name, text) => {
    const place = await placeWith({ [name]: text });
    const { code, stdout } = await bare(place, 'validate', '--json');
    expect(code).toBe(2);
    const { problems } = JSON.parse(stdout) as { problems: Found[] };
    expect(problems).toMatchObject([{ file: join(place.folder, name), key: '' }]);
    expect(stdout).not.toContain('hunter2');
  });

  it('runs and loads nothing that is untrusted', async () => {
    const program = await placeWith({
      'keyturn.config.mjs':
        "import { writeFileSync } from 'node:fs';\nwriteFileSync('ran', '');\nexport default {};\n",
    });
    const refused = await bare(program, 'validate', '--untrusted');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('untrusted')]);
    expect(await readdir(program.folder)).toEqual(['keyturn.config.mjs']);
    const data = await placeWith({
      'keyturn.config.yaml':
        'issuer: { kind: planetscale, org: acme }\nrotations: { ci: { sinks: [github:acme/web, ./sink.mjs:x, github:acme/web/x] } }\n',
      'sink.mjs': "import { writeFileSync } from 'node:fs';\nwriteFileSync('ran', '');\n",
    });
    const { code, stdout } = await bare(data, 'validate', '--untrusted', '--json');
    const { problems, warnings } = JSON.parse(stdout) as { problems: Found[]; warnings: string[] };
    expect(code).toBe(2);
    expect(problems.map(({ key }) => key)).toEqual(['rotations.ci.sinks[2]']);
    expect(warnings).toEqual([expect.stringContaining('rotations.ci.sinks[1]')]);
    expect(await readdir(data.folder)).not.toContain('ran');
  });
});

describe('keyturn config schema', () => {
  it('prints the JSON Schema of configurations', async () => {
    const { code, stdout } = await bare(await placeWith({}), 'schema');
    expect(code).toBe(0);
    const file = new URL('../../schema.json', import.meta.url);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(await readFile(file, 'utf8')));
    const valid = new Ajv().compile(JSON.parse(stdout) as object);
    expect(valid({ issuer: { kind: 'a' }, rotations: { ci: { sinks: ['env:a'] } } })).toBe(true);
  });
});

describe('a configuration in code that a command runs', () => {
  const config =
    "{ issuer: { kind: 'planetscale', org: 'acme' }, rotations: { ci: { sinks: ['env:.env'] } } }";

  it('may print what it likes: results stay alone on stdout', async () => {
    const place = await placeWith({
      'keyturn.config.mjs': `console.log('[dotenv@17] injecting env');
process.stdout.write('{"half":');
setTimeout(() => console.log('later'), 1);
export default () => { console.info('again'); return ${config}; };
`,
    });
    const { code, stdout, stderr } = await bare(place, 'validate', '--json');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\{"schemaVersion":1,.*\}\n$/);
    for (const printed of ['injecting env', '{"half":', 'again']) expect(stderr).toContain(printed);
  });

  it('may leave timers behind', async () => {
    const place = await placeWith({
      'keyturn.config.mjs': `setInterval(() => {}, 1000);\nexport default ${config};\n`,
    });
    expect((await bare(place, 'validate')).code).toBe(0);
  });

  it.each(['process.exit(0);', 'process.exit();', 'await process.exit(0);'])(
    'cannot end a command as if it were done: %s',
    async (code) => {
      const place = await placeWith({
        'keyturn.config.mjs': `${code}\nexport default ${config};\n`,
      });
      const ended = await bare(place, 'validate');
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain('process.exit');
    },
  );

  it('is told what is wrong where Node takes it for an ES module', async () => {
    const place = await placeWith({
      'keyturn.config.js': `module.exports = ${config};\n`,
      'package.json': '{ "type": "module" }',
    });
    const { stdout } = await bare(place, 'validate');
    expect(stdout).toContain(
      'keyturn.config.js:1:1: module is not defined: the file is an ES module',
    );
    expect(stdout).toContain('export default');
  });
});
