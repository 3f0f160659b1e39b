import { join } from 'node:path';

import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { openSink } from './context.ts';

const idOf = async (target: string) => (await openSink(target, '/projects/shop')).id;

describe('an env target', () => {
  it.each([
    ['env:.env', 'env:.env'],
    ['env:./config//.env.local', 'env:config/.env.local'],
    ['env:config/../.env', 'env:.env'],
    ['env:/projects/shop/.env', 'env:.env'],
    ['env:../other/.env', 'env:../other/.env'],
    ['env:/etc/shop/env', 'env:/etc/shop/env'],
    ['env:.env?format=dotenv', 'env:.env'],
    ['env:.env?format=docker', 'env:.env?format=docker'],
    ['env:sub/./../sub/.env', 'env:sub/.env'],
    ['env:./~ana/.env', 'env:./~ana/.env'],
    ['env:./-', 'env:./-'],
    ['env:.envrc', 'env:.envrc'],
    ['env:.envrc?format=shell', 'env:.envrc'],
    ['env:.envrc.local?format=shell', 'env:.envrc.local'],
    ['env:app/.envrc.local?format=dotenv', 'env:app/.envrc.local?format=dotenv'],
    ['env:/etc/shop/env?format=systemd', 'env:/etc/shop/env?format=systemd'],
    ['env:ci/token.sh?format=dotenv', 'env:ci/token.sh?format=dotenv'],
  ])('%s is the same as %s', async (target, id) => {
    expect(await idOf(target)).toBe(id);
    expect(await idOf(id)).toBe(id);
  });

  it.each([
    ['env:.env?fromat=shell', 'mean format?'],
    ['env:.env?format=dokcer', 'mean docker?'],
    ['env:.env?format=toml', 'dotenv, shell, docker, systemd'],
    ['env:', 'Use env:PATH'],
    ['env:folder/', 'Use env:PATH'],
    ['env:..', 'Use env:PATH'],
    ['env:~/.env', 'full path'],
    ['env:-', 'env:./-'],
    ['env:~ana/.env', 'full path'],
  ])('%s is refused: %s', async (target, hint) => {
    expect(await errorOf(idOf(target))).toMatchObject({
      code: 'TARGET_INVALID',
      hint: expect.stringContaining(hint),
      effect: 'none',
    });
  });

  it('with a zero byte is refused', async () => {
    expect((await errorOf(idOf('env:a\0/.env'))).code).toBe('TARGET_INVALID');
  });

  it('says nothing of the folder that it starts from', async () => {
    const { id } = await openSink('env:.env', join('/home', 'somebody', 'shop'));
    expect(id).toBe('env:.env');
  });
});
