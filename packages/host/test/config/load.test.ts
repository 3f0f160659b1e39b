import path from 'node:path';

import type { InferInput } from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';

import type { configSchema } from '../../src/config/schema.ts';
import { defineConfig, type ConfigInput } from '../../src/config/define.ts';
import { EXAMPLE, load, rotation } from './example.ts';

describe('a configuration', () => {
  it('is read with its defaults filled in', async () => {
    const config = await load(EXAMPLE);
    expect(path.basename(config.file)).toBe('keyturn.config.yaml');
    expect(config.directory).toBe(path.dirname(config.file));
    expect(config.issuer).toEqual({ kind: 'planetscale', options: { org: 'acme' } });
    expect(config.rotations.map(({ name }) => name)).toEqual([
      'ci-github',
      'ci-gitlab',
      'ci-circle',
      'laptop',
    ]);
    const defaults = {
      maxAge: 7_776_000_000,
      grace: 3_600_000,
      pause: 86_400_000,
      settle: 120_000,
      permissions: 'copy',
      layout: 'pair',
      drift: 'report',
    };
    expect(config.rotations[0]).toEqual({
      ...defaults,
      name: 'ci-github',
      ttl: 10_368_000_000,
      names: { id: 'PLANETSCALE_SERVICE_TOKEN_ID', token: 'PLANETSCALE_SERVICE_TOKEN' },
      sinks: ['github:acme/web', 'github:acme/api?environment=production'],
    });
    expect(config.rotations[3]).toEqual({ ...defaults, name: 'laptop', sinks: ['env:.env.local'] });
  });

  it('may be JSON, indented with tabs, with the address of its schema', async () => {
    const text = JSON.stringify(
      {
        $schema: './schema.json',
        issuer: { kind: 'planetscale' },
        rotations: { ci: { sinks: ['env:.env'] } },
      },
      null,
      '\t',
    );
    const config = await load(text, 'keyturn.config.json');
    expect(config.rotations[0]?.sinks).toEqual(['env:.env']);
  });

  it('may use anchors', async () => {
    const config = await load(
      'issuer: { kind: planetscale }\nrotations:\n  a: { grace: &grace 2h, sinks: [env:a] }\n  b: { grace: *grace, sinks: [env:b] }\n',
    );
    expect(config.rotations.map(({ grace }) => grace)).toEqual([7_200_000, 7_200_000]);
  });

  it('may say 0 for none', async () => {
    const config = await load(rotation('{ grace: 0, settle: "0", sinks: [env:a] }'));
    expect(config.rotations[0]).toMatchObject({ grace: 0, settle: 0 });
  });

  it('has its permissions sorted, without duplicates', async () => {
    const list = '[shop/read_branch, read_organization, shop/read_branch]';
    const config = await load(rotation(`{ token: { permissions: ${list} }, sinks: [env:a] }`));
    expect(config.rotations[0]?.permissions).toEqual(['read_organization', 'shop/read_branch']);
  });

  it('may be empty of a value where a default stands', async () => {
    await expect(load(rotation('{ grace: , sinks: [env:a] }'))).rejects.toMatchObject({
      message: expect.stringMatching(/rotations\.ci\.grace: .*\bempty\b/),
    });
  });

  it('may let a replaced token wait until it is not used any more', async () => {
    const { rotations } = await load(
      rotation(
        '{ grace: { atLeast: 1h, quietFor: 30m, atMost: 24h }, canary: {}, sinks: [env:a] }',
      ),
    );
    expect(rotations[0]).toMatchObject({
      grace: 3_600_000,
      quiet: { for: 1_800_000, atMost: 86_400_000 },
      canary: { timeout: 600_000 },
    });
  });

  it('refuses to end a wait before it began', async () => {
    await expect(
      load(rotation('{ grace: { atLeast: 2h, quietFor: 0, atMost: 1h }, sinks: [env:a] }')),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/rotations\.ci\.grace\.atMost: .*atLeast/),
    });
  });

  it('has an issuer, and names of its own for a sink, where it says so', async () => {
    const { rotations } = await load(
      rotation(
        '{ issuer: { kind: acme-password, db: shop }, names: { url: A }, sinks: [env:a, { to: env:b, names: { url: B } }, { to: env:c, layout: joined, names: { joined: C } }] }',
      ),
    );
    expect(rotations[0]).toMatchObject({
      issuer: { kind: 'acme-password', options: { db: 'shop' } },
      names: { url: 'A' },
      sinks: ['env:a', 'env:b', 'env:c'],
      storages: {
        'env:b': { layout: 'pair', names: { url: 'B' } },
        'env:c': { layout: 'joined', names: { joined: 'C' } },
      },
    });
  });

  it('has in its types what its schema takes', () => {
    const config: ConfigInput = { issuer: { kind: 'a' }, rotations: { ci: { sinks: ['env:a'] } } };
    expect(defineConfig(config)).toBe(config);
    expectTypeOf<ConfigInput>().toExtend<InferInput<typeof configSchema>>();
    expectTypeOf<InferInput<typeof configSchema>>().toExtend<ConfigInput>();
  });
});
