import { chmod, cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { chain, EMPTY, type RotationEvent, serialise } from '@keyturn/core/ledger';
import { describe, expect, it } from 'vitest';

import { makePlace, type Place } from './keyturn.ts';

const KEY = { KEYTURN_LEDGER_KEY: 'a-key-of-at-least-thirty-two-characters' };
const config = {
  issuer: { kind: 'planetscale', org: 'acme' },
  rotations: { web: { sinks: ['github:acme/web'], grace: '1h' } },
};

async function open(): Promise<Place & { old: string; ledgers: string }> {
  const place = await makePlace();
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  const old = place.token('ci-github').id;
  return { ...place, old, ledgers: join(place.folder, '.keyturn') };
}

/** Another checkout of the same repository on a machine of somebody else's. */
const elsewhere = (folder: string): Record<string, string> => ({ HOME: join(folder, 'elsewhere') });

async function forge(folder: string, ...events: readonly RotationEvent[]): Promise<void> {
  const summary = { tokens: [], sinks: [], attempts: [] };
  const opened = { type: 'opened', rotation: 'web', summary } as const;
  const lines = chain(EMPTY, [opened, ...events], '2026-01-01T00:00:00.000Z').map(serialise);
  const [file = ''] = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
  await writeFile(join(folder, file), lines.map((line) => `${line}\n`).join(''));
  for (const other of await readdir(folder))
    if (other !== file) await rm(join(folder, other), { recursive: true });
}

describe('a ledger that somebody else can write', () => {
  it('widens no token and ends none, whatever it says', async () => {
    const { keyturn, tokens, token, ledgers, old } = await open();
    expect((await keyturn(['rotate', 'web', '--replaces', old, '--grace', '0'])).code).toBe(0);
    const admin = token('admin');
    const alive = (): string[] =>
      tokens().flatMap(({ id, revokedAt }) => (revokedAt === null ? [id] : []));
    const before = alive();
    for (const id of ['gone00000000', admin.id]) {
      await forge(ledgers, {
        type: 'adopted',
        token: {
          id,
          label: 'keyturn-web-20260101T000000Z-aaaaaaaa',
          issuedAt: '2026-01-01T00:00:00.000Z',
        },
        sinks: [],
        permissions: admin.accesses,
      });
      const { code, stderr } = await keyturn(['rotate', 'web', '--force']);
      expect(code).toBe(2);
      expect(stderr).toBe('');
    }
    expect(alive()).toEqual(before);
  });

  it('is believed where the user named the token, and nowhere else', async () => {
    const { keyturn, folder, token, old } = await open();
    expect((await keyturn(['adopt', 'web', '--token-id', old])).code).toBe(0);
    const { mode } = await stat(join(folder, '.local', 'state', 'keyturn', 'named.jsonl'));
    expect(mode & 0o777).toBe(0o600);

    const stranger = await keyturn(['rotate', 'web', '--force'], elsewhere(folder));
    expect(stranger.code).toBe(2);
    expect(stranger.stdout).toContain(`keyturn rotate web --replaces ${old}`);
    const own = await keyturn(['rotate', 'web', '--force', '--grace', '0', '--json']);
    expect(own.code).toBe(0);
    expect(JSON.parse(own.stdout)).toMatchObject({ rotations: [{ revoked: [old], grants: null }] });
    expect(token(old).revokedAt).not.toBeNull();
  });

  it('is not believed for a token that another user of this machine noted', async () => {
    const { keyturn, folder, old } = await open();
    await keyturn(['adopt', 'web', '--token-id', old]);
    await chmod(join(folder, '.local', 'state', 'keyturn'), 0o777);
    expect((await keyturn(['rotate', 'web', '--force'])).code).toBe(2);
  });

  it('keeps a token that nobody named valid, and says so, until somebody does', async () => {
    const { keyturn, folder, token, old } = await open();
    await keyturn(['adopt', 'web', '--token-id', old]);
    const listed = {
      ...config,
      rotations: {
        web: {
          ...config.rotations.web,
          token: { permissions: ['read_organization', 'shop/read_branch'] },
        },
      },
    };
    await writeFile(join(folder, 'keyturn.config.json'), JSON.stringify(listed));
    const args = ['rotate', 'web', '--force', '--grace', '0'];
    const { code, stdout, stderr } = await keyturn(args, elsewhere(folder));
    expect([code, stdout]).toEqual([0, expect.stringContaining('loses')]);
    expect(stderr).toContain(`--replaces ${old}`);
    expect(token(old).revokedAt).toBeNull();
    const status = await keyturn(['status', '--check'], elsewhere(folder));
    expect(status.code).toBe(6);
    expect(status.stdout).toContain(`${old} stays valid`);
    expect(
      (await keyturn(['rotate', 'web', '--replaces', old, '--grace', '0'], elsewhere(folder))).code,
    ).toBe(0);
    expect(token(old).revokedAt).not.toBeNull();
  });
});

describe('a signed ledger', () => {
  it('is believed on every machine with the key, and read by nobody who has another', async () => {
    const { keyturn, folder, token, old } = await open();
    await keyturn(['adopt', 'web', '--token-id', old], KEY);
    const plain = await keyturn(['rotate', 'web', '--force']);
    expect([plain.code, plain.stdout]).toEqual([2, expect.stringContaining('KEYTURN_LEDGER_KEY')]);
    const other = { KEYTURN_LEDGER_KEY: 'another-key-of-thirty-two-characters-' };
    const wrong = await keyturn(['status'], other);
    expect(wrong.stdout).toContain('not signed with the key');
    const args = ['rotate', 'web', '--force', '--grace', '0'];
    expect((await keyturn(args, { ...KEY, ...elsewhere(folder) })).code).toBe(0);
    expect(token(old).revokedAt).not.toBeNull();
  });

  it('is made of one that was not, and of all of them', async () => {
    const { keyturn, folder, old, ledgers } = await open();
    await keyturn(['adopt', 'web', '--token-id', old]);
    const refused = await keyturn(['rotate', 'web', '--force'], KEY);
    expect([refused.code, refused.stdout]).toEqual([
      2,
      expect.stringContaining('keyturn ledger sign web'),
    ]);
    expect(await keyturn(['ledger', 'sign'])).toMatchObject({ code: 2 });
    const short = await keyturn(['ledger', 'sign'], { KEYTURN_LEDGER_KEY: 'short' });
    expect([short.code, short.stderr]).toEqual([2, expect.stringContaining('openssl rand')]);
    const signed = await keyturn(['ledger', 'sign'], KEY);
    expect(signed).toMatchObject({ code: 0, stdout: 'web: the ledger is now signed\n' });
    const again = await keyturn(['ledger', 'sign', 'web', '--json'], KEY);
    expect(JSON.parse(again.stdout)).toMatchObject({
      ledgers: [{ rotation: 'web', outcome: 'unchanged' }],
    });
    const args = ['rotate', 'web', '--force', '--grace', '0'];
    expect((await keyturn(args, { ...KEY, ...elsewhere(folder) })).code).toBe(0);

    // What is put back is a state that was, and nothing else.
    const copy = join(folder, 'copy');
    await cp(ledgers, copy, { recursive: true });
    await keyturn(args, KEY);
    await rm(ledgers, { recursive: true });
    await cp(copy, ledgers, { recursive: true });
    const replayed = await keyturn(args, KEY);
    expect([replayed.code, replayed.stdout]).toEqual([
      2,
      expect.stringContaining('no longer exists'),
    ]);
  });

  it('shows the key nowhere', async () => {
    const { keyturn, folder, old } = await open();
    const ended = await keyturn(['rotate', 'web', '--replaces', old, '--debug'], KEY);
    expect(ended.stdout + ended.stderr).not.toContain(KEY.KEYTURN_LEDGER_KEY);
    for (const name of await readdir(join(folder, '.keyturn'), { recursive: true }))
      expect(await readFile(join(folder, '.keyturn', name), 'utf8').catch(() => '')).not.toContain(
        KEY.KEYTURN_LEDGER_KEY,
      );
  });
});
