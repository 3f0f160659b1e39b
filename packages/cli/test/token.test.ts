import { describe, expect, it } from 'vitest';

import { makePlace, type Place } from './keyturn.ts';

const json = async (place: Place, args: string[]) =>
  JSON.parse((await place.keyturn(['token', ...args, '--json'])).stdout);

describe('keyturn token', () => {
  it('lists every token over every page', async () => {
    const place = await makePlace();
    for (let i = 0; i < 30; i++)
      await place.keyturn(['token', 'create', '--name', `t${i}`, '--json']);
    const { tokens } = await json(place, ['list']);
    expect(tokens.length).toBeGreaterThanOrEqual(34);
    expect((await place.keyturn(['token', 'list'])).stdout).toMatch(
      /^ID +NAME +AGE +LAST USED +EXPIRES\n/,
    );
  }, 60_000);

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
    expect((await place.keyturn(['token', 'delete', id, '--yes', '--force'])).code).toBe(0);
  });
});
