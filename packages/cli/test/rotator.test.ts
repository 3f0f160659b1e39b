import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { makePlace } from './keyturn.ts';

it('what comes after the rotation of the token that keyturn acts with acts with the new one', async () => {
  const place = await makePlace();
  const acting = place.token('admin').id;
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: {
      rotator: {
        grace: '0',
        sinks: ['env:.env.rotator'],
        token: { permissions: place.token(acting).accesses },
      },
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
  const { code, stdout } = await place.keyturn(['rotate', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).rotations).toMatchObject([
    { name: 'rotator', outcome: 'rotated', revoked: [acting] },
    { name: 'ci', outcome: 'rotated', revoked: [place.token('cigithub4w8d').id] },
    { name: 'ci-gitlab', outcome: 'rotated' },
  ]);
});
