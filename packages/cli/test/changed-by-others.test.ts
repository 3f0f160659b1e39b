import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { examine, problems } from './doctor.ts';
import { ID, makePlace, others, TOKEN, type Place } from './keyturn.ts';

const WEB = 'github:acme/web';
const INFRA = 'gitlab:acme/infra';

async function rotated(more = ''): Promise<Place> {
  const place = await makePlace();
  await writeFile(
    join(place.folder, 'keyturn.config.yaml'),
    `issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { sinks: [${WEB}, ${INFRA}]${more} }\n`,
  );
  const { code } = await place.keyturn(['rotate', '--replaces', place.token('ci-github').id]);
  expect(code).toBe(0);
  return place;
}

async function listPermissions({ folder, token }: Place): Promise<void> {
  const file = join(folder, 'keyturn.config.yaml');
  const listed = `token: { permissions: [${token('ci-github').accesses.join(', ')}] }`;
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('ci: {', `ci: { ${listed},`));
}

async function statusOf(place: Place) {
  const { code, stdout } = await place.keyturn(['status', '--check', '--json']);
  return { code, ...JSON.parse(stdout).rotations[0] };
}

/** Whether a job of each sink works. */
async function jobs({ sandbox }: Place): Promise<boolean[]> {
  return Promise.all([WEB, INFRA].map(async (sink) => (await controlOf(sandbox).job({ sink })).ok));
}

const changes: readonly [string, (current: string) => object[], RegExp][] = [
  [
    'overwrote a secret',
    () => [{ op: 'write', sink: INFRA, name: TOKEN, value: 'pscale_tkn_by_hand_0123456789abcdef' }],
    /gitlab:acme\/infra was overwritten/,
  ],
  [
    'removed a secret',
    () => [ID, TOKEN].map((name) => ({ op: 'remove', sink: INFRA, name })),
    /gitlab:acme\/infra was removed/,
  ],
  ['deleted the token', (id) => [{ provider: 'planetscale', op: 'revoke', id }], /was deleted/],
];

describe('after somebody else', () => {
  it.each(changes)(
    '%s: rotate, status and doctor say so, and the hint mends it',
    async (_, change, text) => {
      const place = await rotated();
      const { current } = await statusOf(place);
      await others(place, ...change(current.id));
      const doctor = await examine(place);
      expect(problems(doctor.lines)).toMatchObject([
        {
          rule: 'drift',
          text: expect.stringMatching(text),
          fix: expect.stringContaining('--force'),
        },
      ]);
      expect(doctor.code).toBe(6);
      const run = await place.keyturn(['rotate']);
      expect(run.code).toBe(6);
      expect(run.stdout).toMatch(/^ci drifted/);
      const status = await statusOf(place);
      expect(status.code).toBe(6);
      const [finding] = status.findings;
      expect(finding).toMatchObject({ rule: 'drifted', text: expect.stringMatching(text) });
      // A token that is gone has no permissions to copy.
      if (finding.fix.startsWith('List token.permissions')) await listPermissions(place);
      const [, hint = ''] = /: keyturn (.*)$/.exec(finding.fix) ?? [];
      expect((await place.keyturn(hint.split(' '))).code).toBe(0);
      expect(await jobs(place)).toEqual([true, true]);
      expect((await statusOf(place)).code).toBe(0);
      expect((await examine(place)).code).toBe(0);
      const history = await place.keyturn(['history', 'ci']);
      expect(history.stdout.replaceAll(/\s+/g, ' ')).toMatch(/by somebody else/);
    },
  );

  it('the next run mends it where the configuration says heal, and nobody looks with off', async () => {
    const healing = await rotated(', drift: heal');
    await others(healing, { op: 'remove', sink: INFRA, name: ID });
    const { code, stdout } = await healing.keyturn(['rotate', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).rotations[0]).toMatchObject({ outcome: 'grace', reason: 'drifted' });
    expect(await jobs(healing)).toEqual([true, true]);
    const blind = await rotated(', drift: off');
    await others(blind, { op: 'remove', sink: INFRA, name: ID });
    expect((await blind.keyturn(['rotate'])).code).toBe(0);
    expect((await examine(blind)).code).toBe(0);
  });
});
