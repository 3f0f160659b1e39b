import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { seedWorld } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { adoptCommand } from '../src/commands/adopt.ts';
import { ID, makePlace, TOKEN, type Place } from './keyturn.ts';
import { personAt } from './person.ts';

const CONFIG = `issuer: { kind: planetscale, org: acme }
rotations:
  ci-github: { maxAge: 200d, sinks: [github:acme/web] }
  ci-gitlab: { maxAge: 200d, grace: 0, sinks: [gitlab:acme/infra, "gitlab:acme/infra?scope=production"] }
  ci-circleci: { maxAge: 200d, sinks: [circleci:gh/acme/web, "circleci:gh/acme?context=deploy"] }
  mixed: { sinks: ["circleci:gh/acme?context=release", gitlab:acme/infra, github:acme/web] }
  both: { maxAge: 200d, sinks: [github:acme/web, gitlab:acme/infra] }
  laptop: { sinks: [env:.env.local] }
`;

/** A configuration with one of the rotations alone: two may not write one sink. */
async function only(made: Place, name: string): Promise<void> {
  const lines = CONFIG.split('\n').filter((line, at) => at < 2 || line.startsWith(`  ${name}:`));
  await writeFile(join(made.folder, 'keyturn.config.yaml'), `${lines.join('\n')}\n`);
}

const read = (stdout: string) =>
  JSON.parse(stdout) as {
    readonly outcome: string;
    readonly token: { readonly id: string };
    readonly evidence: readonly {
      readonly sink: string;
      readonly shows: string;
      readonly text: string;
    }[];
  };

describe('keyturn adopt', () => {
  it('finds the token of GitLab by its id, and leaves it where it is', async () => {
    const made = await makePlace();
    await only(made, 'ci-gitlab');
    const before = JSON.stringify(made.sandbox.state());
    const { code, stdout } = await made.keyturn(['adopt', 'ci-gitlab', '--json']);
    expect(code).toBe(0);
    expect(read(stdout)).toMatchObject({
      outcome: 'adopted',
      token: { id: 'cigitlab9r3k' },
      evidence: [
        { sink: 'gitlab:acme/infra', shows: 'id', text: `${ID} is cigitlab9r3k` },
        { sink: 'gitlab:acme/infra?scope=production', shows: 'id' },
      ],
    });
    const used = /"lastUsedAt":("[^"]*"|null)/g;
    expect(JSON.stringify(made.sandbox.state()).replaceAll(used, '')).toBe(
      before.replaceAll(used, ''),
    );
    const again = await made.keyturn(['adopt', 'ci-gitlab', '--json']);
    expect(read(again.stdout).outcome).toBe('unchanged');
  });

  it('so that it is replaced when it is due, and revoked then', async () => {
    const made = await makePlace();
    await only(made, 'ci-gitlab');
    await made.keyturn(['adopt', 'ci-gitlab']);
    // Needs core to know that the one scope, near the other, is a sink of the rotation too.
    const current = JSON.parse((await made.keyturn(['rotate', '--json'])).stdout) as {
      rotations: [{ outcome: string }];
    };
    expect(current.rotations[0].outcome).toBe('current');
    const { code, stdout } = await made.keyturn(['rotate', '--force', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rotations: [{ outcome: 'rotated' }], warnings: [] });
    expect(made.token('cigitlab9r3k').revokedAt).not.toBeNull();
  });

  it('finds the token of CircleCI by the end of its id', async () => {
    const made = await makePlace();
    await only(made, 'ci-circleci');
    const { stdout } = await made.keyturn(['adopt', 'ci-circleci', '--json']);
    expect(read(stdout)).toMatchObject({
      token: { id: 'cicircle2v6p' },
      evidence: [{ shows: 'tail', text: `the end of ${ID} is …2v6p` }, { shows: 'tail' }],
    });
  });

  it('names the tokens whose ids end alike, and takes the one that is named', async () => {
    const world = seedWorld(Date.now());
    const tokens = world.planetscale.orgs?.['acme']?.tokens ?? [];
    const made = await makePlace({
      ...world,
      planetscale: {
        orgs: { acme: { tokens: [...tokens, { id: 'another12v6p', name: 'another' }] } },
      },
    });
    await only(made, 'ci-circleci');
    const { code, stdout } = await made.keyturn(['adopt', 'ci-circleci', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'PREDECESSOR_UNKNOWN',
        message: expect.stringMatching(/: .*cicircle2v6p, another12v6p/),
      },
    });
    const named = await made.keyturn([
      'adopt',
      'ci-circleci',
      '--token-id',
      'cicircle2v6p',
      '--json',
    ]);
    expect(read(named.stdout)).toMatchObject({ token: { id: 'cicircle2v6p' } });
  });

  it('asks for the token where nothing is shown, and says what to type where nobody answers', async () => {
    const made = await makePlace();
    await only(made, 'ci-github');
    const { code, stderr } = await made.keyturn(['adopt', 'ci-github']);
    expect(code).toBe(2);
    expect(stderr).toContain('keyturn adopt ci-github --token-id TOKEN_ID');
    const named = await made.keyturn(['adopt', 'ci-github', '--token-id', 'cigithub4w8d']);
    expect(named).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('ci-github adopted cigithub4w8d'),
    });
    expect(named.stdout).toContain('shows nothing');
    expect(await made.keyturn(['adopt', 'ci-github'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('ci-github already has cigithub4w8d'),
    });
  });

  it('lets a person choose among the tokens that no other rotation has', async () => {
    const made = await makePlace();
    await only(made, 'ci-gitlab');
    await made.keyturn(['adopt', 'ci-gitlab']);
    await only(made, 'ci-github');
    const { host, shown } = personAt(made, ['9', '2']);
    expect(await adoptCommand(['ci-github'], {}, host)).toBe(0);
    expect(shown()).toMatch(/1\) admin7k2m9xq .* keyturn/);
    expect(shown()).toContain('a number, 1-3.');
    expect(shown()).not.toMatch(/\) cigitlab9r3k/);
    expect(shown()).toMatch(/ci-github adopted ci(?:github4w8d|circle2v6p)/);
  });

  it('sees that GitHub has none of the secrets', async () => {
    const made = await makePlace();
    await writeFile(
      join(made.folder, 'keyturn.config.yaml'),
      'issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { sinks: [github:acme/web, github:acme/docs] }\n',
    );
    const { stdout } = await made.keyturn(['adopt', 'ci', '--token-id', 'cigithub4w8d', '--json']);
    expect(read(stdout).evidence.map(({ shows }) => shows)).toEqual(['nothing', 'absence']);
  });

  it('finds the token by a variable of Actions', async () => {
    const world = seedWorld(Date.now());
    const web = { ...world.github['acme/web'], variables: { [ID]: { value: 'cigithub4w8d' } } };
    const made = await makePlace({ ...world, github: { ...world.github, 'acme/web': web } });
    await only(made, 'ci-github');
    const { stdout } = await made.keyturn(['adopt', 'ci-github']);
    expect(stdout).toContain(`github:acme/web: the variable ${ID} is cigithub4w8d`);
    expect(stdout).toContain('let them read the secret before the first rotation');
  });

  it('finds the token of an env file', async () => {
    const made = await makePlace();
    await only(made, 'laptop');
    await writeFile(join(made.folder, '.env.local'), `${ID}=cigithub4w8d\n${TOKEN}=pscale_tkn_x\n`);
    const { code, stdout } = await made.keyturn(['adopt', 'laptop']);
    expect(code).toBe(0);
    expect(stdout).toContain(`env:.env.local: ${ID} is cigithub4w8d`);
    expect(stdout).not.toContain('pscale_tkn_');
  });

  it('takes what one sink shows for those that show nothing', async () => {
    const made = await makePlace();
    await only(made, 'both');
    const { stdout } = await made.keyturn(['adopt', 'both', '--json']);
    expect(read(stdout)).toMatchObject({
      token: { id: 'cigitlab9r3k' },
      evidence: [{ shows: 'nothing' }, { shows: 'id' }],
    });
  });

  it('leaves out a sink that holds nothing, which the next run fills', async () => {
    const made = await makePlace();
    await only(made, 'mixed');
    const { stdout } = await made.keyturn(['adopt', 'mixed', '--json']);
    expect(read(stdout)).toMatchObject({
      token: { id: 'cigitlab9r3k' },
      evidence: [{ shows: 'absence' }, {}, {}],
    });
    const status = JSON.parse((await made.keyturn(['status', '--json'])).stdout) as {
      rotations: [{ due: string }];
    };
    expect(status.rotations[0].due).toBe('out-of-step');
  });

  it('refuses where sinks disagree, and says which hold what', async () => {
    const made = await makePlace();
    await writeFile(
      join(made.folder, 'keyturn.config.yaml'),
      'issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { sinks: [gitlab:acme/infra, env:.env] }\n',
    );
    await writeFile(join(made.folder, '.env'), `${ID}=cigithub4w8d\n${TOKEN}=x\n`);
    const refused = await made.keyturn(['adopt', 'ci']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      `gitlab:acme/infra: ${ID} is cigitlab9r3k; env:.env: ${ID} is cigithub4w8d`,
    );
    const named = await made.keyturn(['adopt', 'ci', '--token-id', 'cigitlab9r3k']);
    expect(named).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('env:.env does not seem to hold'),
    });
    expect((await made.keyturn(['status'])).stdout).toContain('no token is known yet');
  });

  it('refuses a token that is not there, and one of another rotation', async () => {
    const made = await makePlace();
    await only(made, 'ci-github');
    const missing = await made.keyturn(['adopt', 'ci-github', '--token-id', 'nowherenowhe']);
    expect(missing).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has no token nowherenowhe'),
    });
    await made.keyturn(['adopt', 'ci-github', '--token-id', 'cigitlab9r3k']);
    await only(made, 'ci-gitlab');
    const taken = await made.keyturn(['adopt', 'ci-gitlab']);
    expect(taken.code).toBe(2);
    expect(taken.stderr).toMatch(/cigitlab9r3k .*rotation ci-github/);
  });

  it('refuses to adopt into places that hold nothing', async () => {
    const made = await makePlace();
    await only(made, 'laptop');
    const { code, stderr } = await made.keyturn(['adopt', 'laptop', '--token-id', 'cigithub4w8d']);
    expect(code).toBe(2);
    expect(stderr).toContain('keyturn rotate laptop --replaces TOKEN_ID');
  });
});
