import { describe, expect, it } from 'vitest';

import type { World } from '../src/index.ts';
import { agreeing, client, createClock, putSecret, sandbox } from './support.ts';

const MINUTE = 60_000;
const WEB = '/repos/acme/web/actions/secrets';

async function open(world: World) {
  const clock = createClock();
  const box = await sandbox({ clocks: agreeing, clock: clock.now, world });
  return { box, clock };
}

describe('a rate limit', () => {
  it('of GitHub refuses writes for the rest of a minute, and may not say for how long', async () => {
    for (const secondaryWait of ['told', 'untold'] as const) {
      const behaviour = { secondaryLimit: 1, secondaryWait };
      const tokens = [{ token: 't', kind: 'classic', scopes: ['repo'] }] as const;
      const { box, clock } = await open({ github: { 'acme/web': {}, tokens, behaviour } });
      const api = client(box.urls.github, 'token t');
      expect((await putSecret(api, WEB, 'X', 'y')).status).toBe(201);
      clock.advance(20_000);
      const refused = await putSecret(api, WEB, 'X', 'z');
      expect([refused.status, refused.body.message]).toEqual([
        403,
        expect.stringContaining('secondary rate limit'),
      ]);
      expect(refused.headers.get('retry-after')).toBe(secondaryWait === 'told' ? '40' : null);
      expect((await api('GET', WEB)).status).toBe(200);
      clock.advance(40_000);
      expect((await putSecret(api, WEB, 'X', 'z')).status).toBe(204);
    }
  });

  it('of GitHub counts a write as five points', async () => {
    const tokens = [{ token: 't', kind: 'classic', scopes: ['repo'] }] as const;
    const behaviour = { pointLimit: 8 };
    const { box, clock } = await open({ github: { 'acme/web': {}, tokens, behaviour } });
    const api = client(box.urls.github, 'token t');
    // It reads the key, and writes.
    expect((await putSecret(api, WEB, 'X', 'y')).status).toBe(201);
    expect((await api('GET', WEB)).status).toBe(200);
    expect((await api('GET', WEB)).status).toBe(200);
    const refused = await api('GET', WEB);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([403, '60']);
    clock.advance(MINUTE);
    expect((await api('GET', WEB)).status).toBe(200);
    expect(box.env['KEYTURN_LIMITED_HOSTS']).toBe(new URL(box.urls.github).host);
  });

  it('of PlanetScale says nothing but that it was passed', async () => {
    const orgs = {
      acme: { tokens: [{ id: 'abcdefghijkl', token: 't', accesses: ['read_organization'] }] },
    };
    const { box, clock } = await open({ planetscale: { orgs, behaviour: { rateLimit: 1 } } });
    const api = client(`${box.urls.planetscale}/v1`, 'abcdefghijkl:t');
    expect((await api('GET', '/organizations/acme')).status).toBe(200);
    const { status, headers } = await api('GET', '/organizations/acme');
    expect([status, headers.get('retry-after')]).toEqual([429, null]);
    clock.advance(MINUTE);
    expect((await api('GET', '/organizations/acme')).status).toBe(200);
  });

  it('of GitLab is a text, with the time in its headers', async () => {
    const gitlab = { 'acme/infra': {}, tokens: [{ token: 't' }], behaviour: { rateLimit: 1 } };
    const { box, clock } = await open({ gitlab });
    const api = client(`${box.urls.gitlab}/api/v4`, 'Bearer t');
    const first = await api('GET', '/user');
    expect([first.status, first.headers.get('ratelimit-remaining')]).toEqual([200, '0']);
    const { status, text, headers } = await api('GET', '/user');
    expect([status, text]).toEqual([429, 'Retry later\n']);
    expect(headers.get('retry-after')).toBe('60');
    expect(headers.get('ratelimit-reset')).toBe(String((clock.now() + MINUTE) / 1000));
    clock.advance(MINUTE);
    expect((await api('GET', '/user')).status).toBe(200);
  });

  it('of CircleCI is a text, with seconds in its headers', async () => {
    const circleci = { tokens: [{ token: 't' }], behaviour: { rateLimit: 1 } };
    const { box, clock } = await open({ circleci });
    const api = client(`${box.urls.circleci}/api/v2`, 'Bearer t');
    expect((await api('GET', '/me')).headers.get('ratelimit-remaining')).toBe('0');
    const { status, text, headers } = await api('GET', '/me');
    expect([status, text, headers.get('retry-after')]).toEqual([429, 'Rate limited.', '60']);
    expect(headers.get('ratelimit-reset')).toBe('60');
    clock.advance(MINUTE);
    expect((await api('GET', '/me')).status).not.toBe(429);
  });
});
