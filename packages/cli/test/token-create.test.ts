import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { makePlace, TOKEN, type Ended, type Place } from './keyturn.ts';
import { fault } from './running.ts';

const envToken = async (place: Place): Promise<string> =>
  readFile(join(place.folder, '.env'), 'utf8').catch(() => '');

const named = (place: Place, name: string) => place.tokens().filter((token) => token.name === name);

/** No secret of any token of the world is on the screen. */
function expectNoSecret(place: Place, { stdout, stderr }: Ended): void {
  const secrets = place.tokens().map(({ token }) => token);
  expect(secrets.length).toBeGreaterThan(4);
  for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
}

describe('keyturn token create', () => {
  it('takes a number alone for seconds, as pscale does, and 0 for no end', async () => {
    const place = await makePlace();
    const create = async (ttl: string) => {
      const { stdout } = await place.keyturn([
        'token',
        'create',
        '--name',
        't',
        '--ttl',
        ttl,
        '--json',
      ]);
      const { createdAt, expiresAt } = JSON.parse(stdout).token;
      return expiresAt === null
        ? null
        : Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / 1000);
    };
    expect([await create('3600'), await create('1h'), await create('0')]).toEqual([
      3600,
      3600,
      null,
    ]);
  });

  it.each([
    [['--name', ' ']],
    [['--name', 'x', '--ttl', '0.5ms']],
    [['--name', 'x', '--ttl', 'soon']],
    [['--name', 'x', '--layout', 'joined']],
    [['--name', 'x', '--sink', 'github:acme/*']],
    [['--name', 'x', '--sink', 'env:.env', '--layout', 'slots']],
    [['--name', 'x', '--sink', 'gitlab:acme/nothing']],
  ])('creates nothing where it is told %j', async (args) => {
    const place = await makePlace();
    const before = place.tokens().length;
    const ended = await place.keyturn(['token', 'create', ...args]);
    expect([2, 4]).toContain(ended.code);
    expect(ended.stderr).toMatch(/^keyturn: .+\n {2}.+\n$/);
    expect(place.tokens()).toHaveLength(before);
  });

  it('writes the secret straight into a sink, and shows it to nobody', async () => {
    const place = await makePlace();
    const ended = await place.keyturn(['token', 'create', '--name', 'ana', '--sink', 'env:.env']);
    expect(ended.code).toBe(0);
    expectNoSecret(place, ended);
    expect(await envToken(place)).toContain(`${TOKEN}=${place.token('ana').token}`);
    const joined = await place.keyturn([
      'token',
      'create',
      '--name',
      'bob',
      '--sink',
      'gitlab:acme/infra',
      '--layout',
      'joined',
      '--json',
    ]);
    expectNoSecret(place, joined);
    expect(JSON.parse(joined.stdout)).toMatchObject({
      token: { name: 'bob' },
      sink: { id: 'gitlab:acme/infra', status: 'delivered', names: ['PLANETSCALE_CREDENTIAL'] },
    });
  });

  it('does not write over what a sink holds, unless it is forced', async () => {
    const place = await makePlace();
    const create = (...args: string[]) =>
      place.keyturn(['token', 'create', '--name', 'ana', '--sink', ...args]);
    for (const sink of ['github:acme/web', 'gitlab:acme/infra', 'circleci:gh/acme/web']) {
      const refused = await create(sink);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(TOKEN)]);
    }
    await writeFile(join(place.folder, '.env'), `${TOKEN}=mine\n`, { mode: 0o600 });
    expect((await create('env:.env')).code).toBe(2);
    expect(await envToken(place)).toBe(`${TOKEN}=mine\n`);
    expect(named(place, 'ana')).toEqual([]);
    expect((await create('env:.env', '--force')).code).toBe(0);
    expect(await envToken(place)).toContain(place.token('ana').token);
  });

  it("does not write into a rotation's sink", async () => {
    const place = await makePlace();
    const old = place.token('ci-github').id;
    await place.keyturn(['rotate', '--sink', 'env:.env', '--replaces', old]);
    const refused = await place.keyturn(['token', 'create', '--name', 'ana', '--sink', 'env:.env']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('keyturn rotate env-env-');
  });

  it('says what exists and how to be rid of it where the write fails', async () => {
    const place = await makePlace();
    await fault(place, {
      provider: 'gitlab',
      method: 'POST',
      path: 'variables',
      action: { status: 400, body: {} },
    });
    const args = ['token', 'create', '--name', 'ana', '--sink', 'gitlab:acme/infra?scope=review'];
    const ended = await place.keyturn(args);
    const { id } = place.token('ana');
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain(`keyturn token delete ${id} --yes`);
    expect(ended.stderr).toContain('contains nothing of it');
    expectNoSecret(place, ended);
    const quiet = await place.keyturn([...args.with(3, 'eve'), '--quiet']);
    expect(quiet.stderr).toContain(`keyturn token delete ${place.token('eve').id} --yes`);

    const asJson = await place.keyturn([...args.with(3, 'bob'), '--json']);
    expectNoSecret(place, asJson);
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      token: { id: place.token('bob').id },
      sink: { status: 'failed' },
      error: { code: 'REMOTE_REJECTED' },
    });
  });

  it('needs no right to list tokens', async () => {
    const place = await makePlace();
    const own = place.token('admin').id;
    const listing = ['token', 'ungrant', own, 'read_service_tokens'];
    // Reading back what is left is no longer allowed, and that is what was asked for.
    expect((await place.keyturn(listing)).code).toBe(4);
    const created = await place.keyturn(['token', 'create', '--name', 'mine', '--json']);
    expect(JSON.parse(created.stdout).token.token).toBe(place.token('mine').token);
  });

  it('finds the token whose answer was lost', async () => {
    const place = await makePlace();
    const lost = { provider: 'planetscale', method: 'POST', path: 'service-tokens$' };
    await fault(place, { ...lost, action: { dropResponse: true } });
    await place.keyturn(['token', 'list']);
    const ended = await place.keyturn(['token', 'create', '--name', 'ci-github']);
    const [, made] = named(place, 'ci-github');
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain(`keyturn token delete ${made?.id} --yes`);
    expectNoSecret(place, ended);
  });
});

describe('keyturn token create in a job', () => {
  const create = (place: Place, env: Record<string, string>, ...args: string[]) =>
    place.keyturn(['token', 'create', '--name', 'ana', ...args], env);
  const GITHUB = { CI: 'true', GITHUB_ACTIONS: 'true' };

  it.each([
    ['GitLab', { CI: 'true', GITLAB_CI: 'true' }],
    ['CircleCI', { CI: 'true', CIRCLECI: 'true' }],
    ['any other', { CI: '1' }],
    ['one that does not say CI', { TF_BUILD: 'True' }],
  ])('of %s prints nothing that cannot be masked, and creates nothing', async (_, env) => {
    const place = await makePlace();
    const refused = await create(place, env);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/^keyturn: .+cannot mask.+\n {2}.+--sink.+\n$/);
    expect(named(place, 'ana')).toEqual([]);
    const delivered = await create(place, env, '--sink', 'env:.env');
    expect(delivered.code).toBe(0);
    expectNoSecret(place, delivered);
  });

  it('of GitHub masks the secret before it is printed', async () => {
    const place = await makePlace();
    const { code, stdout, stderr } = await create(place, GITHUB);
    const command = `::add-mask::${place.token('ana').token}\n`;
    expect([code, stderr]).toEqual([0, command]);
    expect(stdout.startsWith(command)).toBe(true);
    expect(stdout.slice(command.length)).toContain(place.token('ana').token);
  });

  it.each([[[]], [['--quiet']]])(
    'of GitHub masks it beside a document, which stays whole: %j',
    async (more) => {
      const place = await makePlace();
      const { stdout, stderr } = await create(place, GITHUB, '--json', ...more);
      const { token } = place.token('ana');
      expect(JSON.parse(stdout)).toMatchObject({ token: { token } });
      expect(stderr).toBe(`::add-mask::${token}\n`);
    },
  );

  it('is not assumed elsewhere', async () => {
    const place = await makePlace();
    const { code, stdout, stderr } = await create(place, { CI: 'false' });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain('::add-mask::');
  });
});
