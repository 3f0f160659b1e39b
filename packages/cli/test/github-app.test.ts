import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf, seedWorld } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { ID, makePlace, type Place } from './keyturn.ts';
import { leaksIn } from './secrets.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKey = String(pair.publicKey.export({ type: 'spki', format: 'pem' }));
const PEM = String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
const env = { GITHUB_APP_ID: '7', GITHUB_APP_PRIVATE_KEY: PEM };

/** A GitHub that knows no token, only an App. */
function appPlace(): Promise<Place> {
  const permissions = { secrets: 'write', environments: 'write' } as const;
  const installations = [{ id: 42, account: 'acme', permissions }];
  const apps = [{ id: 7, publicKey, installations }];
  return makePlace({ github: { ...seedWorld(Date.now()).github, tokens: [], apps } });
}

const rotate = (place: Place): string[] => {
  const old = place.token('ci-github').id;
  const sinks = ['github:acme/web', 'github:acme/api?environment=production'];
  const chosen = sinks.flatMap((sink) => ['--sink', sink]);
  return ['rotate', ...chosen, '--replaces', old, '--grace', '0', '--debug'];
};

const requests = ({ sandbox }: Place) => controlOf(sandbox).requests();

describe('a rotation by a GitHub App', () => {
  it('delivers and revokes with one token of its installation', async () => {
    const place = await appPlace();
    const { code } = await place.keyturn(rotate(place), env);
    expect(code).toBe(0);
    expect(place.token('ci-github').revokedAt).not.toBeNull();
    expect(place.secret('acme/web', ID)).not.toBe(place.token('ci-github').id);
    const made = (await requests(place)).filter(({ path }) => path.endsWith('/access_tokens'));
    expect(made).toHaveLength(1);
  });

  it.each([
    ['works', undefined],
    ['is refused its token', { method: 'POST', path: '/access_tokens', status: 403 }],
    ['gets something else for a token', { method: 'POST', path: '/access_tokens', status: 201 }],
    ['is refused a write', { method: 'PUT', path: '/secrets/', status: 422 }],
  ])('shows neither its key nor what it signs or gets, where it %s', async (_, fault) => {
    const place = await appPlace();
    if (fault !== undefined) {
      const { status, ...which } = fault;
      const body = { message: 'no', token: 'two\nlines' };
      await controlOf(place.sandbox).fault({
        provider: 'github',
        ...which,
        action: { status, body },
      });
    }
    const { stdout, stderr } = await place.keyturn(rotate(place), env);
    const names = await readdir(place.folder, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile());
    const left = await Promise.all(
      files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
    );
    const sent = (await requests(place))
      .map(({ requestHeaders: { authorization } }) => String(authorization).replace(/^\S+ /, ''))
      .filter((text) => /^(?:ghs_|eyJ)/.test(text));
    expect(sent).not.toHaveLength(0);
    const secrets = new Set([...sent, ...PEM.trim().split('\n').slice(1, -1)]);
    expect(leaksIn([stdout, stderr, ...left].join('\n'), [...secrets])).toEqual([]);
  });
});
