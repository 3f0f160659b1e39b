import { describe, expect, it } from 'vitest';

import type { RotationRequest } from '../../src/index.ts';
import { makeWorld } from './world.ts';

describe('a first token', () => {
  it('gets the permissions that its issuer was configured with', async () => {
    const world = makeWorld(['memory:a'], 'stamp', { supports: { permissions: 'issue' } });
    const issuer: RotationRequest['issuer'] = Object.assign(Object.create(world.issuer), {
      defaults: () => ['role=writer'],
    });
    const { outcome, current } = await world.run({ issuer });
    expect(outcome).toBe('rotated');
    const made = world.issuer.tokens.find(({ id }) => id === current?.id);
    expect(made?.permissions).toEqual(['role=writer']);
  });

  it('gets those of the token that it replaces, whatever was configured', async () => {
    const world = makeWorld(['memory:a'], 'stamp', { supports: { permissions: 'issue' } });
    const issuer: RotationRequest['issuer'] = Object.assign(Object.create(world.issuer), {
      defaults: () => ['role=writer'],
    });
    const { current } = await world.run({ issuer, replaces: world.old });
    const made = world.issuer.tokens.find(({ id }) => id === current?.id);
    expect(made?.permissions).toEqual(['read_organization', 'shop/read_branch']);
  });
});
