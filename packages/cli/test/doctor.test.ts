import { readdir } from 'node:fs/promises';

import { controlOf } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { examine, place, problems, type Env } from './doctor.ts';
import { ID, makePlace, TOKEN, type Place } from './keyturn.ts';

describe('keyturn doctor', () => {
  it('finds nothing wrong where all is well, and changes nothing anywhere', async () => {
    const here = await place();
    const before = JSON.stringify(here.sandbox.state());
    const { code, found, lines } = await examine(here);
    expect([code, found]).toEqual([0, []]);
    expect(new Set(lines.map(({ area }) => area))).toEqual(
      new Set([
        'program',
        'config',
        'adapters',
        'issuer',
        'credentials',
        'sinks',
        'names',
        'store',
        'network',
        'clock',
        'limits',
      ]),
    );
    expect(lines.filter(({ area }) => area === 'sinks')).toHaveLength(6);
    const used = /"lastUsedAt":"[^"]+"/g;
    expect(JSON.stringify(here.sandbox.state()).replaceAll(used, '')).toBe(
      before.replaceAll(used, ''),
    );
    expect(await readdir(here.folder)).toEqual(['keyturn.config.yaml']);
    const requests = await controlOf(here.sandbox).requests();
    expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('notes a login that is not used, since there is a service token', async () => {
    const here = await place();
    const login = here.sandbox.env['PLANETSCALE_API_TOKEN'];
    const { code, found } = await examine(here, [], { PLANETSCALE_API_TOKEN: login });
    expect(code).toBe(0);
    expect(found).toMatchObject([{ rule: 'issuer-credentials', severity: 'note' }]);
  });

  it('notes a rotation that writes env files and other places, since no pipeline has the files', async () => {
    const sinks = '[github:acme/web, "github:acme/api?environment=production", env:.env.local]';
    const config = `issuer: { kind: planetscale, org: acme }\nrotations:\n  ci: { sinks: ${sinks} }\n`;
    const { code, lines } = await examine(await place(config));
    expect(code).toBe(0);
    expect(lines.find(({ rule }) => rule === 'mixed-sinks')).toMatchObject({
      severity: 'note',
      text: expect.stringContaining('ci'),
      fix: expect.stringContaining('a rotation of their own'),
    });
  });

  it('looks at what there is without a configuration', async () => {
    const here = await place('');
    const { code, lines } = await examine(here, ['--sink', 'github:acme/web']);
    expect(code).toBe(0);
    expect(lines.map(({ text }) => text)).toContain('github:acme/web can be written');
    expect(lines.find(({ area }) => area === 'config')).toMatchObject({
      severity: 'note',
      fix: expect.stringContaining('keyturn init'),
    });
  });

  it('does not call well what a filter left out altogether', async () => {
    const { code, lines } = await examine(await place(), ['--sink', 'github:acme/wep']);
    expect(code).toBe(6);
    expect(problems(lines)).toMatchObject([
      { area: 'sinks', text: expect.stringContaining('github:acme/wep') },
    ]);
  });

  it.each<[string, (place: Place) => Env, RegExp, RegExp]>([
    [
      'swapped',
      ({ sandbox: { env } }) => ({ [ID]: env[TOKEN], [TOKEN]: env[ID] }),
      /a token's secret/,
      /swapped/,
    ],
    [
      'half',
      () => ({ [TOKEN]: undefined }),
      /PLANETSCALE_SERVICE_TOKEN is not/,
      /needs both|set P/,
    ],
    ['quoted', ({ sandbox: { env } }) => ({ [TOKEN]: `"${env[TOKEN]}"` }), /a quote/, /alone/],
    [
      'with a line break',
      ({ sandbox: { env } }) => ({ [TOKEN]: `${env[TOKEN]}\n` }),
      /line break/,
      /alone/,
    ],
    [
      'joined',
      ({ sandbox: { env } }) => ({ [TOKEN]: `${env[ID]}:${env[TOKEN]}` }),
      /as id:token/,
      /before the colon/,
    ],
    [
      'mistyped',
      ({ sandbox: { env } }) => ({ [TOKEN]: `${env[TOKEN]}x` }),
      /not valid/,
      /expired or deleted/,
    ],
    [
      'cut off',
      ({ sandbox: { env } }) => ({ [TOKEN]: env[TOKEN]?.slice(0, 30) }),
      /not valid/,
      /30 characters/,
    ],
    ['of a deleted token', () => ({ [ID]: 'gone00000001' }), /not valid/, /deleted/],
  ])('tells credentials that are %s, beside everything else', async (_, env, text, fix) => {
    const here = await place();
    const { code, lines } = await examine(here, [], env(here));
    expect(code).toBe(6);
    const [only, ...more] = problems(lines);
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      area: 'issuer',
      text: expect.stringMatching(text),
      fix: expect.stringMatching(fix),
    });
    expect(
      lines.filter(({ area, severity }) => area === 'sinks' && severity === 'ok'),
    ).toHaveLength(6);
  });

  it('tells which permission is missing', async () => {
    const here = await place();
    const env = { [ID]: here.token('ci-github').id, [TOKEN]: here.token('ci-github').token };
    const { lines } = await examine(here, [], env);
    expect(problems(lines)).toMatchObject([
      { area: 'issuer', fix: expect.stringContaining('read_service_tokens') },
    ]);
    expect(lines.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/credentials are valid.* acme$/),
    );
  });

  it('tells which organization the credentials belong to', async () => {
    const here = await place();
    const { lines } = await examine(here, ['--org', 'acne']);
    expect(problems(lines)).toMatchObject([
      {
        text: expect.stringContaining('not for the organization acne'),
        fix: expect.stringContaining('acme'),
      },
    ]);
  });

  it('tells what is wrong with the credentials of each CI, and once for all its sinks', async () => {
    const here = await place();
    const env = {
      GITHUB_TOKEN: 'ghp_0123456789abcdef',
      GITLAB_TOKEN: 'glcbt-64_0123456789abcdef',
      CIRCLECI_TOKEN: '${{ secrets.CIRCLECI_TOKEN }}',
    };
    const { lines } = await examine(here, [], env);
    const texts = problems(lines).map(({ text }) => text);
    expect(texts).toEqual([
      expect.stringMatching(/^GITHUB_TOKEN: status 401.* \(2 sinks cannot be written\)$/),
      expect.stringMatching(/^GITLAB_TOKEN is the CI_JOB_TOKEN.* \(1 sink cannot be written\)$/),
      expect.stringMatching(/^CIRCLECI_TOKEN contains a variable reference.*\(2 sinks/),
    ]);
  });
});

describe('a token that is missing from the list', () => {
  it('is not told to be missing where the issuer refuses to say', async () => {
    const here = await place('');
    const { lines } = await examine(here, ['--token-id', 'cigithub4w8d'], {
      [TOKEN]: 'pscale_tkn_x',
    });
    expect(problems(lines).map(({ area }) => area)).toEqual(['issuer']);
    expect(lines.filter(({ area }) => area === 'token')).toMatchObject([{ severity: 'note' }]);
  });

  it('is found beyond the first page, which is all that pscale shows', async () => {
    const here = await place('');
    const { PLANETSCALE_API_URL: url, [ID]: id, [TOKEN]: token } = here.sandbox.env;
    for (let i = 0; i < 30; i++)
      await fetch(`${url}/v1/organizations/acme/service-tokens`, {
        method: 'POST',
        headers: { authorization: `${id}:${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: `t${i}` }),
      });
    const { code, lines } = await examine(here, ['--token-id', here.token('t29').id]);
    expect(code).toBe(0);
    const [first, second] = lines.filter(({ area }) => area === 'token');
    expect(first?.text).toContain('number 34 of 34');
    expect(second).toMatchObject({ severity: 'note', rule: 'token-first-page' });
  });

  it.each([
    ['a name', 'ci-github', /that is the name of cigithub4w8d/, /cigithub4w8d/],
    ['a slip', 'cigithub0002', /among its 4/, /Did you mean cigithub4w8d/],
    ['another', 'zzzzzzzzzzzz', /among its 4/, /only see acme/],
    ['a secret', 'pscale_tkn_0123456789abcdef', /a token's secret/, /keyturn token list/],
  ])('is told where what was given is %s', async (_, wanted, text, fix) => {
    const { lines, code } = await examine(await place(''), ['--token-id', wanted]);
    expect(code).toBe(6);
    expect(problems(lines)).toMatchObject([
      { area: 'token', text: expect.stringMatching(text), fix: expect.stringMatching(fix) },
    ]);
  });

  it('is found in another organization of the same login', async () => {
    const here = await makePlace({
      planetscale: {
        orgs: {
          acme: { tokens: [] },
          umbrella: {
            tokens: [
              { id: 'umbrella0001', name: 'ci', token: 'pscale_tkn_umbrella', accesses: [] },
            ],
          },
        },
        logins: [{ token: 'pscale_oauth_0123456789', email: 'ada@acme.example' }],
      },
    });
    const env = {
      [ID]: undefined,
      [TOKEN]: undefined,
      PLANETSCALE_ORG: 'acme',
      PLANETSCALE_API_TOKEN: 'pscale_oauth_0123456789',
    };
    const { lines } = await examine(here, ['--token-id', 'umbrella0001'], env);
    expect(problems(lines)).toMatchObject([
      {
        rule: 'token-elsewhere',
        text: expect.stringContaining('umbrella has it'),
        fix: expect.stringContaining('--org umbrella'),
      },
    ]);
  });
});
