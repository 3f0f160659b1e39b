import { runIssuerConformance, type IssuerFixture } from '@keyturn/core/testing';
import type { AwsWorld } from '@keyturn/sandbox';
import { test } from 'vitest';

import { ACCOUNT, ACTING, changes, openWorld, users } from './support/world.ts';

/** AWS refuses each of them in another way. */
const denied: Readonly<Record<string, (now: AwsWorld) => AwsWorld>> = {
  'are inactive': (now) => ({
    ...now,
    users: { ...now.users, keyturn: { accessKeys: [{ ...ACTING, status: 'Inactive' }] } },
  }),
  'lose their permissions': (now) => ({
    ...now,
    users: { ...now.users, keyturn: { accessKeys: [ACTING], allows: [] } },
  }),
};

for (const [name, deny] of Object.entries(denied))
  await runIssuerConformance(`access keys, whose acting credentials ${name}`, () => fixture(deny), {
    test,
  });

async function fixture(deny: (now: AwsWorld) => AwsWorld): Promise<IssuerFixture> {
  const world = await openWorld();
  const state = (): AwsWorld => world.sandbox.state().aws ?? {};
  return {
    issuer: world.issuer,
    // Access keys have none.
    permissions: ['unused', 'unused-2'],
    unknownId: 'AKIANEVERNEVERNEVER2',
    tokens: () =>
      world.keys().map(({ accessKeyId = '' }) => ({
        id: accessKeyId,
        label: accessKeyId,
        permissions: [],
      })),
    async seedMany(count) {
      const accessKeys = Array.from({ length: count }, (_, i) => ({
        accessKeyId: `AKIASEEDEDSEEDED${1000 + i}`,
      }));
      await world.seed({ ...state(), users: users([...world.keys(), ...accessKeys]) });
      return accessKeys.map(({ accessKeyId }) => ({ id: accessKeyId, label: accessKeyId }));
    },
    deny: () => world.seed(deny(state())),
    credential: ACTING.secretAccessKey,
    stall: () => world.fault({ action: { delayMs: 3_600_000 } }),
    loseAnswer: () => world.fault({ method: 'POST', times: 1, action: { dropResponse: true } }),
    requests: async () =>
      (await world.requests()).map(({ method, path, requestBody }) => ({
        route: `${method} ${path} ${requestBody}`,
        changes: changes(requestBody),
      })),
    pass: () => world.clock.advance(60_000),
    elsewhere: () => world.open({ user: 'deploy', account: ACCOUNT }),
    close: () => world.close(),
  };
}
