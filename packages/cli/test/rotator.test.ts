import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf } from '@keyturn/sandbox';
import { expect, it } from 'vitest';

import { makePlace } from './keyturn.ts';
import { requestsOf } from './running.ts';

interface Rotation {
  readonly name: string;
  readonly current: { readonly id: string };
  readonly requests: Readonly<Record<string, number>>;
}

it('the rotation of the token that keyturn acts with breaks none of those beside it', async () => {
  const place = await makePlace();
  const acting = place.token('admin').id;
  const names = Array.from({ length: 12 }, (_, nth) => `other-${nth}`);
  const others = Object.fromEntries(
    names.map((name) => [
      name,
      { grace: '0', sinks: [`env:.env.${name}`], token: { permissions: ['read_organization'] } },
    ]),
  );
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: {
      rotator: {
        grace: '0',
        sinks: ['env:.env.rotator'],
        token: { permissions: place.token(acting).accesses },
      },
      ...others,
      ci: { grace: '0', sinks: ['github:acme/web'] },
      'ci-gitlab': { grace: '0', sinks: ['gitlab:acme/infra'] },
    },
  };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  for (const [name, token] of Object.entries({ ci: 'ci-github', 'ci-gitlab': 'ci-gitlab' }))
    await place.keyturn(['adopt', name, '--token-id', place.token(token).id]);
  const file = `PLANETSCALE_SERVICE_TOKEN_ID=${acting}\nPLANETSCALE_SERVICE_TOKEN=x\n`;
  await writeFile(join(place.folder, '.env.rotator'), file, { mode: 0o600 });
  await place.keyturn(['adopt', 'rotator']);
  for (const name of names)
    await writeFile(join(place.folder, `.env.${name}`), '', { mode: 0o600 });
  await controlOf(place.sandbox).latency(2, 15);
  const before = await requestsOf(place);
  const { code, stdout } = await place.keyturn(['rotate', '--json', '--jobs', '4']);
  expect(code).toBe(0);
  const { rotations } = JSON.parse(stdout) as { rotations: Rotation[] };
  expect(rotations).toMatchObject([
    { name: 'rotator', outcome: 'rotated', revoked: [acting] },
    ...names.map((name) => ({ name, outcome: 'rotated' })),
    { name: 'ci', outcome: 'rotated', revoked: [place.token('cigithub4w8d').id] },
    { name: 'ci-gitlab', outcome: 'rotated' },
  ]);
  const made = (await requestsOf(place)).slice(before.length);
  expect(made.at(-1)).toContain(`DELETE /v1/organizations/acme/service-tokens/${acting}`);
  // Each rotation has the requests that it made itself.
  const [one, ...same] = rotations.filter(({ name }) => names.includes(name));
  for (const { requests } of same) expect(requests).toEqual(one?.requests);
  const counted = rotations.flatMap(({ requests }) => Object.values(requests));
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(made.length);
  // One live token for each rotation, and nothing else is left of the run.
  const live = place.tokens().filter(({ revokedAt }) => revokedAt === null);
  const ours = live.filter(({ name }) => name.startsWith('keyturn-')).map(({ id }) => id);
  expect(ours.toSorted()).toEqual(rotations.map(({ current }) => current.id).toSorted());
});
