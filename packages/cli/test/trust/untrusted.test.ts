import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { makePlace, type Place } from '../keyturn.ts';
import { packageOf, planted, ran, requests, write } from './planted.ts';

const SINKS = ['github:acme/web'];

function config(
  sinks: readonly string[],
  issuer: Readonly<Record<string, unknown>> = {},
  rest: Readonly<Record<string, unknown>> = {},
): Record<string, string> {
  const rotations = { ci: { sinks } };
  const text = { issuer: { kind: 'planetscale', org: 'acme', ...issuer }, rotations, ...rest };
  return { 'keyturn.config.json': JSON.stringify(text) };
}

const replaces = (place: Place): string[] => ['--replaces', place.token('ci-github').id];

describe('untrusted files', () => {
  it('run nothing, and everything that they wanted is told at once', async () => {
    const place = await makePlace();
    const { folder } = place;
    const sinks = [
      ...SINKS,
      './sinks/vercel.mjs:web',
      'exec:./put.sh',
      'evil:acme/web',
      'gitlab:acme/infra',
      'env:../outside.env',
    ];
    await write(folder, {
      ...config(sinks, { apiUrl: 'https://evil.example' }),
      'sinks/vercel.mjs': planted(folder, 'module'),
      'put.sh': `#!/bin/sh\ntouch '${folder}/ran-program'\n`,
      ...packageOf(folder, 'node_modules/keyturn-sink-evil', 'sink', 'evil'),
      ...packageOf(folder, 'node_modules/@keyturn/sink-gitlab', 'sink', 'gitlab'),
    });
    const args = [['rotate'], ['plan'], ['doctor'], ['audit'], ['discover', 'github:acme']];
    for (const line of args) {
      const { code, stdout, stderr } = await place.keyturn([...line, '--untrusted']);
      expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 2]);
      for (const need of [
        './sinks/vercel.mjs',
        'exec:./put.sh',
        'the sink evil',
        'env:../outside.env',
      ])
        expect(stderr).toContain(need);
      expect(stderr).toContain('issuer.apiUrl evil.example');
      expect(stderr).not.toMatch(/github:|gitlab/);
    }
    expect([await ran(place), await requests(place)]).toEqual([[], []]);
  });

  it('are no configuration where that is a program', async () => {
    const place = await makePlace();
    const { folder } = place;
    await write(folder, { 'keyturn.config.mjs': planted(folder, 'configuration') });
    const lines = [
      ['status'],
      ['plan', '--sink', './sinks/x.mjs:y'],
      ['doctor'],
      ['audit'],
      ['discover'],
      ['token', 'list'],
      ['init', '--yes'],
    ];
    for (const line of lines) {
      const { code, stderr } = await place.keyturn([...line, '--untrusted']);
      expect([line, code, stderr]).toEqual([line, 2, expect.stringContaining('.mjs (a program)')]);
      expect(stderr.includes('./sinks/x.mjs')).toBe(line.includes('--sink'));
    }
    expect(await ran(place)).toEqual([]);
  });

  it('are refused on the command line too, with no configuration', async () => {
    const place = await makePlace();
    const { folder } = place;
    await write(folder, {
      'x.mjs': planted(folder, 'module'),
      ...packageOf(folder, 'node_modules/keyturn-sink-evil', 'sink', 'evil'),
      ...packageOf(folder, 'node_modules/@keyturn/sandbox', 'sink', 'sandbox'),
    });
    const lines = [
      ['plan', '--sink', './x.mjs'],
      ['plan', '--sink', 'exec:./put.sh'],
      ['plan', '--sink', 'evil'],
      ['discover', './x.mjs'],
      ['discover', 'evil:a'],
      ['doctor', '--sink', './x.mjs:a'],
      ['audit', '--sink', './x.mjs:a'],
      ['token', 'create', '--name', 'a', '--sink', './x.mjs:a'],
    ];
    for (const line of lines) {
      const { code, stderr } = await place.keyturn([...line, '--org', 'acme', '--untrusted']);
      expect([line, code, stderr]).toEqual([line, 2, expect.stringContaining('untrusted')]);
    }
    expect((await place.keyturn(['demo', '--untrusted'])).code).toBe(0);
    expect(await ran(place)).toEqual([]);
  });

  it('that are data alone serve as usual, with the adapters beside the program, and tell nobody', async () => {
    const place = await makePlace();
    const { folder } = place;
    await write(folder, {
      ...config(
        [...SINKS, 'env:.env.ci'],
        {},
        {
          notify: { channels: [{ format: 'slack', url: `${place.sandbox.control}/told` }] },
        },
      ),
      'package.json': JSON.stringify({ dependencies: { '@keyturn/sink-github': '*' } }),
      ...packageOf(folder, 'node_modules/@keyturn/sink-github', 'sink', 'github'),
      ...packageOf(folder, 'node_modules/@keyturn/store-file', 'store', 'file'),
    });
    const rotated = await place.keyturn(['rotate', ...replaces(place), '--untrusted']);
    expect([rotated.code, rotated.stderr]).toEqual([0, expect.not.stringContaining('notif')]);
    expect((await place.keyturn(['status', '--untrusted'])).code).toBe(0);
    expect(await ran(place)).toEqual([]);
  });

  it('are left alone in other rotations than the one that is named', async () => {
    const place = await makePlace();
    const issuer = { kind: 'planetscale', org: 'acme' };
    const rotations = { ci: { sinks: SINKS }, other: { sinks: ['exec:./put.sh'] } };
    await write(place.folder, { 'keyturn.config.json': JSON.stringify({ issuer, rotations }) });
    const plan = ['plan', ...replaces(place), '--untrusted'];
    expect((await place.keyturn([...plan, 'ci'])).code).toBe(0);
    expect((await place.keyturn(plan)).code).toBe(2);
  });

  it('write no file elsewhere, not even through a link', async () => {
    const place = await makePlace();
    const folder = join(place.folder, 'checkout');
    await mkdir(join(folder, 'inside'), { recursive: true });
    await symlink('..', join(folder, 'link'));
    await symlink('inside', join(folder, 'near'));
    await symlink('../nothing', join(folder, 'dangling'));
    const plan = [
      'plan',
      ...replaces(place),
      '--untrusted',
      '--config',
      'checkout/keyturn.config.json',
    ];
    const cases = [
      ['env:link/.env', 2],
      ['env:inside/../../.env', 2],
      [`env:${place.folder}/.env`, 2],
      ['env:dangling', 2],
      ['env:near/.env', 0],
      [`env:${folder}/.env?format=shell`, 0],
    ] as const;
    for (const [sink, code] of cases) {
      await write(folder, config([sink]));
      expect([sink, (await place.keyturn(plan)).code]).toEqual([sink, code]);
    }
  });
});

describe('the job of a pull request', () => {
  const repository = (id: number): object => ({ id, full_name: `o${id}/r` });
  const pull = (head: unknown, base: unknown = repository(1)): object => ({
    pull_request: { head: { repo: head }, base: { repo: base } },
  });
  const run = (head: unknown): object => ({
    workflow_run: { head_repository: head },
    repository: repository(1),
  });

  async function isUntrusted(
    env: Readonly<Record<string, string>>,
    event?: string,
  ): Promise<boolean> {
    const place = await makePlace();
    const { folder } = place;
    await write(folder, {
      'keyturn.config.mjs': planted(
        folder,
        'configuration',
        `export default ${config(SINKS)['keyturn.config.json']};`,
      ),
      ...(event !== undefined && { 'event.json': event }),
    });
    const path = event === undefined ? {} : { GITHUB_EVENT_PATH: join(folder, 'event.json') };
    const { code, stderr } = await place.keyturn(['status'], { ...path, ...env });
    const wasRun = (await ran(place)).length === 1;
    expect([code, stderr !== '']).toEqual(wasRun ? [0, false] : [2, true]);
    return !wasRun;
  }

  it.each([
    ['pull_request', pull(repository(2)), true],
    ['pull_request_target', pull(repository(2)), true],
    ['pull_request_review', pull(repository(2)), true],
    ['pull_request', pull(repository(1)), false],
    ['pull_request_target', pull(repository(1)), false],
    ['pull_request', pull({ full_name: 'a/b' }, { full_name: 'a/b' }), false],
    ['pull_request', pull({ full_name: 'x/b' }, { full_name: 'a/b' }), true],
    ['pull_request', pull(null), true],
    ['pull_request', pull({}, {}), true],
    ['pull_request', {}, true],
    ['pull_request', [], true],
    ['workflow_run', run(repository(2)), true],
    ['workflow_run', run(repository(1)), false],
    ['workflow_run', run(null), true],
    ['push', {}, false],
    ['schedule', {}, false],
    ['workflow_dispatch', pull(repository(2)), false],
  ])('of GitHub: %s %j', async (name, event, expected) => {
    expect(await isUntrusted({ GITHUB_EVENT_NAME: name }, JSON.stringify(event))).toBe(expected);
  });

  it.each([['{'], ['null'], [''], ['"x"'], [undefined]])(
    'of GitHub whose event is %j is a fork’s',
    async (event) => {
      expect(await isUntrusted({ GITHUB_EVENT_NAME: 'pull_request' }, event)).toBe(true);
    },
  );

  it('of GitHub whose event is a folder, or not there, is a fork’s', async () => {
    for (const GITHUB_EVENT_PATH of ['/', '/nowhere/at/all'])
      expect(await isUntrusted({ GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH })).toBe(
        true,
      );
  });

  it.each([
    [{ CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2', CI_MERGE_REQUEST_PROJECT_ID: '1' }, true],
    [{ CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1', CI_MERGE_REQUEST_PROJECT_ID: '1' }, false],
    [{ CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2', CI_PROJECT_ID: '1' }, true],
    [{ CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1', CI_PROJECT_ID: '1' }, false],
    [{ CI_PIPELINE_SOURCE: 'merge_request_event', CI_PROJECT_ID: '1' }, true],
    [{ CI_PIPELINE_SOURCE: 'schedule', CI_PROJECT_ID: '1' }, false],
    [
      {
        CI_PIPELINE_SOURCE: 'external_pull_request_event',
        CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY: 'x/r',
        CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY: 'a/r',
      },
      true,
    ],
    [{ CIRCLE_PR_USERNAME: 'mallory' }, true],
    [{ CIRCLE_PR_REPONAME: 'web' }, true],
    [{ CIRCLE_PR_NUMBER: '7' }, true],
    [{ CIRCLE_PULL_REQUEST: 'https://github.com/a/r/pull/7', CIRCLE_PR_USERNAME: '' }, false],
  ])('of GitLab and CircleCI: %j', async (env, expected) => {
    expect(await isUntrusted(env)).toBe(expected);
  });
});
