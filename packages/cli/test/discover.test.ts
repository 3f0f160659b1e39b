import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { ID, makePlace, TOKEN } from './keyturn.ts';

interface Document {
  readonly places: readonly {
    readonly target: string;
    readonly layout: string | null;
    readonly names: readonly string[];
    readonly rotation: string | null;
  }[];
  readonly skipped: readonly { readonly target: string; readonly reason: string }[];
  readonly failures: readonly {
    readonly scope: string;
    readonly error: { readonly code: string };
  }[];
  readonly additions: readonly { readonly rotation: string; readonly sinks: readonly string[] }[];
}

const ALL = ['github:acme', 'gitlab:acme', 'circleci:gh/acme'];
const read = (stdout: string): Document => JSON.parse(stdout) as Document;

describe('keyturn discover', () => {
  it('finds every place of the seeded world, and proposes one token for each CI system', async () => {
    const { keyturn } = await makePlace();
    const { code, stdout } = await keyturn(['discover', ...ALL, '--json']);
    expect(code).toBe(0);
    const { places, additions } = read(stdout);
    expect(places.map(({ target }) => target)).toEqual([
      'circleci:gh/acme/web',
      'circleci:gh/acme?context=deploy',
      'github:acme/api?environment=production',
      'github:acme/web',
      'gitlab:acme/infra',
      'gitlab:acme/infra?scope=production',
    ]);
    expect(places[0]).toMatchObject({ layout: 'pair', names: [ID, TOKEN], rotation: null });
    expect(additions.map(({ rotation, sinks }) => [rotation, sinks.length])).toEqual([
      ['ci-circleci', 2],
      ['ci-github', 2],
      ['ci-gitlab', 2],
    ]);
    expect(stdout).not.toContain('pscale_tkn_');
  });

  it('writes a configuration that keyturn understands, and finds nothing missing then', async () => {
    const { folder, keyturn } = await makePlace();
    const written = await keyturn(['discover', ...ALL, '--write']);
    expect(written).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Wrote keyturn.config.yaml'),
    });
    expect((await keyturn(['status', '--json'])).code).toBe(0);
    const { places, additions } = read((await keyturn(['discover', ...ALL, '--json'])).stdout);
    expect(places.map(({ rotation }) => rotation)).not.toContain(null);
    expect(additions).toEqual([]);
    const before = await readFile(join(folder, 'keyturn.config.yaml'), 'utf8');
    const again = await keyturn(['discover', ...ALL, '--write', '--yes']);
    expect(again.stderr).toContain('already contains all');
    expect(await readFile(join(folder, 'keyturn.config.yaml'), 'utf8')).toBe(before);
  });

  it('extends what is there, comments kept, with consent alone', async () => {
    const { folder, keyturn } = await makePlace();
    const file = join(folder, 'keyturn.config.yaml');
    const text =
      '# ours\nissuer: { kind: planetscale, org: acme }\nrotations:\n  web: # the site\n    sinks:\n      - github:acme/web\n';
    await writeFile(file, text);
    const refused = await keyturn(['discover', 'github:acme', '--write']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(await readFile(file, 'utf8')).toBe(text);
    expect((await keyturn(['discover', 'github:acme', '--write', '--yes'])).code).toBe(0);
    expect(await readFile(file, 'utf8')).toBe(
      `${text}      - github:acme/api?environment=production\n`,
    );
  });

  it('knows what a pattern of the configuration keeps, and what it excludes', async () => {
    const { folder, keyturn } = await makePlace();
    await writeFile(
      join(folder, 'keyturn.config.yaml'),
      `issuer: { kind: planetscale, org: acme }
rotations:
  all: { sinks: ["github:acme/*", "!github:acme/web"] }
  joined: { layout: joined, sinks: [gitlab:acme/infra] }
`,
    );
    const { places } = read(
      (await keyturn(['discover', 'github:acme', 'gitlab:acme', '--json'])).stdout,
    );
    expect(places.map(({ target, rotation }) => [target, rotation])).toEqual([
      ['github:acme/api?environment=production', null],
      ['github:acme/web', null],
      ['gitlab:acme/infra', null],
      ['gitlab:acme/infra?scope=production', null],
    ]);
  });

  it('says what to add to a configuration that is a program', async () => {
    const { folder, keyturn } = await makePlace();
    const text =
      "export default { issuer: { kind: 'planetscale', org: 'acme' }, rotations: { ci: { sinks: ['github:acme/web'] } } };\n";
    await writeFile(join(folder, 'keyturn.config.mjs'), text);
    const { code, stderr } = await keyturn(['discover', 'github:acme', '--write', '--yes']);
    expect(code).toBe(0);
    expect(stderr).toContain('is a program');
    expect(stderr).toContain('- github:acme/api?environment=production');
    expect(await readFile(join(folder, 'keyturn.config.mjs'), 'utf8')).toBe(text);
  });

  it('looks for names of the user, and says what it does not understand', async () => {
    const { folder, keyturn } = await makePlace();
    await writeFile(
      join(folder, '.env'),
      'MY_TOKEN_ID=a\nMY_TOKEN=b\nPSCALE_X=c\nPSCALE_SERVICE_TOKEN=d\n',
    );
    const { stdout } = await keyturn(['discover', 'env:.', '--name', 'MY_*']);
    expect(stdout).toMatch(/^pair .*none .*env:\.env$/m);
    expect(stdout).toContain('! env:.env also contains PSCALE_X');
    expect(stdout).toContain(
      '! env:.env contains PSCALE_SERVICE_TOKEN, but not PSCALE_SERVICE_TOKEN_ID',
    );
  });

  it('goes on where one scope cannot be read, and fails for one that was named', async () => {
    const { keyturn } = await makePlace();
    const named = await keyturn(['discover', 'github:acme', 'gitlab:acme', '--json'], {
      GITLAB_TOKEN: 'wrong',
    });
    expect(named.code).toBe(4);
    expect(read(named.stdout).places).toHaveLength(2);
    expect(read(named.stdout).failures).toMatchObject([
      { scope: 'gitlab:acme', error: { code: 'AUTH_DENIED' } },
    ]);
    const inferred = await keyturn(['discover', '--json'], {
      GITHUB_REPOSITORY: 'acme/web',
      CI_PROJECT_PATH: 'acme/infra',
      GITLAB_TOKEN: undefined,
    });
    expect(inferred.code).toBe(0);
    expect(read(inferred.stdout).places).toHaveLength(2);
    expect(read(inferred.stdout).failures).toMatchObject([
      { scope: 'gitlab', error: { code: 'CREDENTIALS_MISSING' } },
    ]);
  });

  it('is no success where nothing was looked at', async () => {
    const { folder, keyturn, sandbox } = await makePlace();
    const none = Object.fromEntries(Object.keys(sandbox.env).map((name) => [name, undefined]));
    const nothing = await keyturn(['discover'], none);
    expect(nothing.code).toBe(6);
    expect(nothing.stdout).toContain('Only env files here were searched');
    expect(JSON.parse((await keyturn(['discover', '--json'], none)).stdout)).toMatchObject({
      places: [],
      blind: true,
    });
    const blind = await keyturn(['discover'], { ...none, GITHUB_REPOSITORY: 'acme/web' });
    expect(blind.code).toBe(6);
    expect(blind.stdout).toContain('not searched: github');
    const refused = { GITHUB_REPOSITORY: 'acme/web', GITHUB_TOKEN: 'wrong' };
    expect((await keyturn(['discover'], refused)).code).toBe(4);

    const looked = await keyturn(['discover', 'env:.'], none);
    expect([looked.code, looked.stdout]).toEqual([0, 'No secret with a known name was found.\n']);
    await writeFile(join(folder, '.env'), `${ID}=a\n${TOKEN}=b\n`);
    expect((await keyturn(['discover'], none)).code).toBe(0);
  });

  it('looks at what is inferred, also if nothing is found there', async () => {
    const { keyturn } = await makePlace();
    const { code, stdout } = await keyturn(['discover', '--json'], {
      CIRCLE_PROJECT_USERNAME: 'acme',
      CIRCLE_PROJECT_REPONAME: 'web',
      CIRCLECI_TOKEN: undefined,
      CIRCLE_TOKEN: undefined,
      GITHUB_REPOSITORY: 'acme/docs',
    });
    expect([code, JSON.parse(stdout).blind]).toEqual([0, false]);
  });

  it('says that a kind cannot tell', async () => {
    const { keyturn } = await makePlace();
    const { code, stdout } = await keyturn(['discover', 'exec:./x.sh']);
    expect(code).toBe(2);
    expect(stdout).toContain('exec:./x.sh: this kind of sink');
  });
});
