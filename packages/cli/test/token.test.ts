import { describe, expect, it } from 'vitest';

import { ID, makePlace, TOKEN, type Place } from './keyturn.ts';

const json = async (place: Place, args: string[]) =>
  JSON.parse((await place.keyturn(['token', ...args, '--json'])).stdout);

/** As the dashboard would: by a request. */
async function createToken({ sandbox }: Place, name: string): Promise<void> {
  const { PLANETSCALE_API_URL: url, [ID]: id, [TOKEN]: token } = sandbox.env;
  const response = await fetch(`${url}/v1/organizations/acme/service-tokens`, {
    method: 'POST',
    headers: { authorization: `${id}:${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  expect(response.ok).toBe(true);
}

describe('keyturn token', () => {
  it('lists every token over every page', async () => {
    const place = await makePlace();
    for (let i = 0; i < 30; i++) await createToken(place, `t${i}`);
    const { tokens } = await json(place, ['list']);
    expect(tokens.length).toBeGreaterThanOrEqual(34);
    expect((await place.keyturn(['token', 'list'])).stdout).toMatch(
      /^ID +NAME +AGE +LAST USED +EXPIRES\n/,
    );
  });

  it('creates a token, shows its secret once, and ends it', async () => {
    const place = await makePlace();
    const { token } = await json(place, ['create', '--name', 'mine', '--ttl', '30d']);
    expect(place.token(token.id).token).toBe(token.token);
    expect(JSON.stringify(await json(place, ['show', token.id]))).not.toContain(token.token);
    expect((await place.keyturn(['token', 'delete', token.id])).code).toBe(2);
    expect((await place.keyturn(['token', 'delete', token.id, '--yes'])).code).toBe(0);
    expect(place.token(token.id).revokedAt).not.toBeNull();
  });

  it('grants and takes away', async () => {
    const place = await makePlace();
    const { token } = await json(place, ['create', '--name', 'mine']);
    await place.keyturn(['token', 'grant', token.id, 'read_branch', '--database', 'shop']);
    expect(await json(place, ['access', token.id])).toMatchObject({
      permissions: ['shop/read_branch'],
    });
    expect(await json(place, ['ungrant', token.id, 'shop/read_branch'])).toMatchObject({
      permissions: [],
    });
  });

  it('shows what each may do, and sorts', async () => {
    const place = await makePlace();
    const { token } = await json(place, ['create', '--name', 'aaa', '--ttl', '1h']);
    await place.keyturn(['token', 'grant', token.id, 'read_organization', 'shop/read_branch']);
    const { tokens } = await json(place, ['list', '--sort', 'expires', '--permissions']);
    expect(tokens[0]).toMatchObject({
      id: token.id,
      permissions: ['read_organization', 'shop/read_branch'],
    });
    expect(tokens.length).toBe(5);
    const first = async (key: string) =>
      (await json(place, ['list', '--sort', key])).tokens[0].name;
    expect([await first('name'), await first('used'), await first('age')]).toEqual([
      'aaa',
      'aaa',
      'admin',
    ]);
    expect(await json(place, ['access', token.id, '--database', 'shop'])).toMatchObject({
      permissions: ['shop/read_branch'],
    });
  });

  it("shows a hostile name as text, and no terminal's commands", async () => {
    const place = await makePlace();
    const name = 'a\u001B[2Jb\u202Ec';
    const { token } = await json(place, ['create', '--name', name]);
    for (const args of [['list'], ['show', token.id], ['delete', token.id, '--yes']]) {
      const { stdout, stderr, code } = await place.keyturn(['token', ...args]);
      expect(code).toBe(0);
      for (const hostile of ['\u001B', '\u202E']) expect(stdout + stderr).not.toContain(hostile);
      expect(stdout).toContain('a\\u001b[2Jb');
    }
  });

  it('does not delete the token that it acts with', async () => {
    const place = await makePlace();
    const own = place.token('admin').id;
    const refused = await place.keyturn(['token', 'delete', own, '--yes']);
    expect([refused.code, refused.stderr.includes('--force')]).toEqual([2, true]);
    expect(place.token('admin').revokedAt).toBeNull();
    expect((await place.keyturn(['token', 'delete', own, '--yes', '--force'])).code).toBe(0);
  });

  it('does not delete what a sink may hold', async () => {
    const place = await makePlace();
    const old = place.token('ci-github').id;
    const { stdout } = await place.keyturn([
      'rotate',
      '--sink',
      'github:acme/web',
      '--replaces',
      old,
      '--json',
    ]);
    const { id } = JSON.parse(stdout).rotations[0].current;
    const ended = await place.keyturn(['token', 'delete', id, '--yes']);
    expect([ended.code, ended.stderr.includes('github:acme/web')]).toEqual([2, true]);
    expect(ended.stderr).toMatch(/keyturn rotate \S+ --force/);
    expect((await place.keyturn(['token', 'delete', id, '--yes', '--force'])).code).toBe(0);
  });

  it('does not delete what running jobs may still use, until its grace is over', async () => {
    const place = await makePlace();
    const old = place.token('ci-github').id;
    const rotate = ['rotate', '--sink', 'github:acme/web', '--replaces', old];
    expect((await place.keyturn(rotate)).stdout).toContain('grace');
    const ended = await place.keyturn(['token', 'delete', old, '--yes']);
    expect([ended.code, ended.stderr.includes('--force')]).toEqual([2, true]);
    expect(place.token(old).revokedAt).toBeNull();
    expect((await place.keyturn(['token', 'delete', old, '--yes', '--force'])).code).toBe(0);
  });
});
