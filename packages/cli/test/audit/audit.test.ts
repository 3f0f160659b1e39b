import { execFileSync } from 'node:child_process';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { NO_TOKEN_CHECKED, NOTHING_CHECKED } from '../../src/messages-of-checks.ts';
import { ID, makePlace, TOKEN, type Place } from '../keyturn.ts';
import { leaksIn, secretsOf } from '../secrets.ts';

interface Audit {
  readonly code: number | null;
  readonly stderr: string;
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly subject: string;
    readonly text: string;
  }[];
  readonly notChecked: readonly { readonly rules: readonly string[]; readonly subject: string }[];
}

async function audit(
  place: Place,
  args: readonly string[] = [],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Audit> {
  const { code, stdout, stderr } = await place.keyturn(['audit', '--json', ...args], env);
  return { code, stderr, ...JSON.parse(stdout) };
}

const told = ({ findings }: Audit, rule: string): string[] =>
  findings.filter((one) => one.rule === rule).map(({ subject, text }) => `${subject} ${text}`);

/** A place whose rotation `ci` has been made once, to its sinks. */
async function rotated(...sinks: readonly string[]): Promise<{ place: Place; id: string }> {
  const place = await makePlace();
  const config = { issuer: { kind: 'planetscale', org: 'acme' }, rotations: { ci: { sinks } } };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  const old = place.token('ci-github').id;
  const ended = await place.keyturn(['rotate', '--replaces', old, '--grace', '0', '--json']);
  expect(ended.code).toBe(0);
  return { place, id: JSON.parse(ended.stdout).rotations[0].current.id };
}

describe('keyturn audit', () => {
  it('judges every token of the issuer, and ends with 6', async () => {
    const { place, id } = await rotated('github:acme/web');
    const result = await audit(place);
    expect(result.code).toBe(6);
    expect(told(result, 'KT001')).toEqual([
      expect.stringMatching(/^admin7k2m9xq \(admin\) .*300d.*90d/),
      expect.stringMatching(/^cicircle2v6p \(ci-circleci\) .*100d.*90d/),
      expect.stringMatching(/^cigitlab9r3k \(ci-gitlab\) .*110d.*90d/),
    ]);
    expect(told(result, 'KT007')).toHaveLength(3);
    expect(told(result, 'KT006')).toContainEqual(
      expect.stringMatching(new RegExp(`^${id} \\(ci\\) .*shop/delete_branch$`)),
    );
    expect(told(result, 'KT008')).toEqual([]);
  });

  it('ends with 0 where nothing is as bad as --fail-on says', async () => {
    const { place } = await rotated('github:acme/web');
    expect((await audit(place, ['--fail-on', 'problem'])).code).toBe(0);
    expect((await audit(place, ['--fail-on', 'error'])).code).toBe(0);
    expect((await audit(place, ['--fail-on', 'never'])).code).toBe(0);
    expect((await audit(place, ['--rule', 'KT005'])).code).toBe(0);
    expect((await place.keyturn(['audit', '--rule', 'KT999'])).code).toBe(2);
  });

  it('sees what somebody did to a secret that it delivered', async () => {
    const { place, id } = await rotated('github:acme/web', 'github:acme/api', 'env:.env');
    expect(told(await audit(place), 'KT008')).toEqual([]);

    const { sandbox } = place;
    const { GITHUB_API_URL: api, GITHUB_TOKEN: token } = sandbox.env;
    await fetch(`${api}/repos/acme/api/actions/secrets/${ID}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
    await writeFile(join(place.folder, '.env'), `${ID}=another00001\n${TOKEN}=x\n`);
    const world = structuredClone(sandbox.state());
    for (const secret of Object.values(world.github?.['acme/web']?.actions ?? {}))
      Object.assign(secret, { updatedAt: '2030-01-01T00:00:00Z' });
    await controlOf(sandbox).seed(world);

    expect(told(await audit(place), 'KT008')).toEqual([
      expect.stringMatching(new RegExp(`^env:.env .*another00001.*planetscale:acme.*${id}$`)),
      expect.stringMatching(/^github:acme\/api .*changed/),
      expect.stringMatching(/^github:acme\/web .*changed/),
    ]);
  });

  it('compares the end of the id that a project of CircleCI shows, also if it was never written', async () => {
    const place = await makePlace();
    const { folder, sandbox } = place;
    const sinks = ['circleci:gh/acme/web'];
    const config = { issuer: { kind: 'planetscale', org: 'acme' }, rotations: { ci: { sinks } } };
    await writeFile(join(folder, 'keyturn.config.json'), JSON.stringify(config));
    const write = (name: string, value: string): Promise<Response> =>
      fetch(`${sandbox.urls.circleci}/api/v2/project/gh/acme/web/envvar`, {
        method: 'POST',
        headers: { 'circle-token': sandbox.env['CIRCLECI_TOKEN'] ?? '' },
        body: JSON.stringify({ name, value }),
      });
    const { id } = place.token('ci-circleci');
    await write(ID, id);
    expect((await place.keyturn(['adopt', 'ci', '--token-id', id])).code).toBe(0);
    const same = await audit(place, ['--rule', 'KT008']);
    expect([same.code, same.findings, same.notChecked]).toEqual([0, [], []]);

    await write(ID, 'somebody_else');
    const other = await audit(place, ['--rule', 'KT008']);
    expect(other.code).toBe(6);
    expect(told(other, 'KT008')).toEqual([
      expect.stringMatching(
        new RegExp(`^circleci:gh/acme/web .*\\belse, .*planetscale:acme.*${id}$`),
      ),
    ]);
  });

  it('knows that names are missing from a sink that shows nothing of its secrets', async () => {
    const { place } = await rotated('circleci:gh/acme/web');
    const { sandbox } = place;
    const path = `${sandbox.urls.circleci}/api/v2/project/gh/acme/web/envvar`;
    const headers = { 'circle-token': sandbox.env['CIRCLECI_TOKEN'] ?? '' };
    await fetch(`${path}/${ID}`, { method: 'DELETE', headers });
    expect(told(await audit(place), 'KT008')).toEqual([
      expect.stringMatching(/^circleci:gh\/acme\/web .*changed/),
    ]);
  });

  it('asks for a token that the list does not show before it is taken for gone', async () => {
    const { place, id } = await rotated('env:.env');
    const lists = { provider: 'planetscale', method: 'GET', path: 'service-tokens(?:\\?.*)?$' };
    const empty = { type: 'list', next_page: null, total_count: 0, total_pages: 0, data: [] };
    await controlOf(place.sandbox).fault({
      ...lists,
      times: 1,
      action: { status: 200, body: { ...empty, per_page: 25 } },
    });
    const { findings } = await audit(place, ['--rule', 'KT005']);
    expect(findings.map(({ subject }) => subject)).toEqual([`${id} (ci)`]);
  });

  it('works with what is there, and says what it could not check', async () => {
    const { place } = await rotated('github:acme/web', 'env:.env');
    const none = {
      PLANETSCALE_SERVICE_TOKEN_ID: undefined,
      PLANETSCALE_SERVICE_TOKEN: undefined,
      PLANETSCALE_API_TOKEN: undefined,
      GITHUB_TOKEN: undefined,
      GH_TOKEN: undefined,
    };
    const result = await audit(place, ['--ignore', 'KT009', '--ignore', 'KT012'], none);
    expect(told(result, 'KT002')).toEqual(['ci delivers one token to env, github']);
    expect(result.notChecked).toMatchObject([
      { subject: 'planetscale:acme', rules: expect.arrayContaining(['KT003', 'KT007']) },
      { subject: 'github:acme/web', rules: ['KT002', 'KT008'] },
    ]);
    // Nothing to ask with is no failure, as long as there is something else to go by.
    expect((await audit(place, ['--rule', 'KT004'], none)).code).toBe(0);
    expect((await audit(place, ['--rule', 'KT003'], none)).code).toBe(6);
    expect((await audit(place, ['--rule', 'KT003', '--fail-on', 'never'], none)).code).toBe(0);
  });

  it('is not clean where there is nothing to look at', async () => {
    const place = await makePlace();
    const none = Object.fromEntries(
      Object.keys(place.sandbox.env).map((name) => [name, undefined]),
    );
    const nothing = await place.keyturn(['audit'], none);
    expect(nothing.code).toBe(6);
    expect(nothing.stdout).toContain(`✖ planetscale: ${NOTHING_CHECKED}\n`);
    execFileSync('git', ['init', '-q'], { cwd: place.folder });
    const repository = await place.keyturn(['audit'], none);
    expect(repository.code).toBe(6);
    expect(repository.stdout).toContain(`✖ planetscale: ${NO_TOKEN_CHECKED}\n`);
    expect((await place.keyturn(['audit', '--rule', 'token-in-git'], none)).code).toBe(0);
  });

  it('asks only the sinks that a filter leaves, and knows the policy of all', async () => {
    const { place } = await rotated('github:acme/web', 'env:.env');
    const none = { GITHUB_TOKEN: undefined, GH_TOKEN: undefined };
    const asked = async (...args: string[]): Promise<string[]> =>
      (await audit(place, ['--rule', 'KT008', ...args], none)).notChecked.map((one) => one.subject);
    expect(await asked()).toEqual(['github:acme/web']);
    expect(await asked('--sink', 'env')).toEqual([]);
    expect((await place.keyturn(['audit', '--sink', 'gitlab'])).code).toBe(2);
    expect(told(await audit(place, ['--rule', 'KT002', '--sink', 'env']), 'KT002')).toHaveLength(1);
  });

  it('does not look clean where the issuer refuses', async () => {
    const { place } = await rotated('env:.env');
    const wrong = { PLANETSCALE_SERVICE_TOKEN: 'pscale_tkn_wrong' };
    const result = await audit(place, ['--rule', 'KT003'], wrong);
    expect([result.code, result.notChecked.length]).toEqual([4, 1]);
  });

  it('needs neither a configuration nor an organization to search a repository', async () => {
    const place = await makePlace();
    execFileSync('git', ['init', '-q'], { cwd: place.folder });
    await writeFile(join(place.folder, 'a.env'), place.token('ci-github').token);
    const result = await audit(place, [], {
      PLANETSCALE_ORG: undefined,
      PLANETSCALE_SERVICE_TOKEN: undefined,
    });
    expect(told(result, 'KT009')).toEqual([expect.stringMatching(/^a\.env:1 .*token$/)]);
    expect(result.notChecked[0]?.subject).toBe('planetscale');
  });

  it('writes a SARIF log and a summary, and no secret anywhere', async () => {
    const { place } = await rotated('github:acme/web', 'env:.env');
    const { folder } = place;
    execFileSync('git', ['init', '-q'], { cwd: folder });
    await appendFile(join(folder, 'leak.md'), place.token('ci-gitlab').token);
    await writeFile(join(folder, 'summary.md'), 'before\n');
    const env = { GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
    const { stdout, stderr } = await place.keyturn(['audit', '--sarif', 'a.sarif'], env);
    const sarif = await readFile(join(folder, 'a.sarif'), 'utf8');
    const summary = await readFile(join(folder, 'summary.md'), 'utf8');
    expect(JSON.parse(sarif).runs[0].results.length).toBeGreaterThan(5);
    expect(summary).toMatch(/^before\n## ❌ keyturn audit: planetscale:acme\n/);
    expect(summary).toContain('| problem | KT009 token-in-git |');
    expect(leaksIn(stdout + stderr + sarif + summary, secretsOf(place))).toEqual([]);
    expect((await place.keyturn(['audit', '--sarif', 'no/where'])).stderr).toContain('ENOENT');
    const log = await place.keyturn(['audit', '--sarif', '-'], env);
    expect(JSON.parse(log.stdout).runs[0].results.length).toBeGreaterThan(5);
    expect(await readdir(folder)).not.toContain('-');
    const page = await place.keyturn(['audit', '--summary', '-', '--sarif', './-']);
    expect(page.stdout).toMatch(/^## ❌ keyturn audit: planetscale:acme\n/);
    expect(JSON.parse(await readFile(join(folder, '-'), 'utf8')).version).toBe('2.1.0');
    const both = await place.keyturn(['audit', '--sarif', '-', '--summary', '-']);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--summary -')]);
  });
});
