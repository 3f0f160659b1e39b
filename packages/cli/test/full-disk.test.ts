import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { makePlace } from './keyturn.ts';
import { eventsIn, start } from './running.ts';

it.each([[[]], [['--force', '--break-glass']]])(
  'a disk that fills up between revoking and revoked is an error, with %j',
  async (flags) => {
    const place = await makePlace();
    await writeFile(
      join(place.folder, 'keyturn.config.yaml'),
      'issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { grace: 0, sinks: [github:acme/web] }\n',
    );
    const old = place.token('ci-github').id;
    if (flags.length > 0) await place.keyturn(['adopt', 'ci', '--token-id', old]);
    const named = flags.length > 0 ? [] : ['--replaces', old];
    const args = ['rotate', ...named, ...flags, '--json'];
    const { code, stdout } = await start(place, args, { fullAfter: 'revoking' }).ended;
    const [report] = JSON.parse(stdout).rotations;
    expect([code, report.outcome, report.error?.code]).toEqual([3, 'incomplete', 'STATE_FAILED']);
    expect((await eventsIn(place)).at(-1)).not.toBe('finished');
    const next = await place.keyturn(['rotate', '--json']);
    expect([next.code, JSON.parse(next.stdout).rotations[0].revoked]).toEqual([0, [old]]);
    expect(place.token(old).revokedAt).not.toBeNull();
  },
);
