import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { weaknesses } from '../src/doctor/gather/pipeline-lines.ts';
import { ID, makePlace, type Place } from './keyturn.ts';

const KEY = { KEYTURN_LEDGER_KEY: 'a-key-of-at-least-thirty-two-characters' };

interface Line {
  readonly area: string;
  readonly rule: string;
  readonly severity: string;
  readonly text: string;
}

async function open(permissions: readonly string[] = ['read_organization']): Promise<Place> {
  const place = await makePlace();
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { ci: { sinks: ['github:acme/web'], token: { permissions } } },
  };
  await writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
  return place;
}

async function secure(
  place: Place,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<{ code: number | null; found: Record<string, string[]> }> {
  const { code, stdout } = await place.keyturn(['doctor', '--security', '--json'], env);
  const { diagnoses } = JSON.parse(stdout) as { diagnoses: Line[] };
  const found: Record<string, string[]> = {};
  for (const { area, rule, severity, text } of diagnoses)
    if (area === 'security')
      (found[rule.replace('security-', '')] ??= []).push(`${severity}: ${text}`);
  return { code, found };
}

describe('keyturn doctor --security', () => {
  it('is not looked at without the flag', async () => {
    const { stdout } = await (await open()).keyturn(['doctor', '--json']);
    expect(stdout).not.toContain('"security"');
  });

  it('tells whether the ledgers are signed, and who could write them', async () => {
    const place = await open();
    const old = place.token('ci-github').id;
    await place.keyturn(['rotate', '--replaces', old]);
    const alone = await secure(place);
    expect(alone.found['ledger']).toEqual([expect.stringMatching(/^note: .*not signed/)]);
    await writeFile(join(place.folder, '.keyturn', '.git'), 'gitdir: elsewhere\n');
    const shared = await secure(place);
    expect(shared.found['ledger']).toEqual([expect.stringMatching(/^warning: .*push/)]);
    expect(shared.found['branch']).toEqual([expect.stringContaining('note: ')]);
    const unsigned = await secure(place, KEY);
    expect(unsigned.code).toBe(6);
    expect(unsigned.found['ledger']).toEqual([expect.stringMatching(/^problem: ci: not signed/)]);
    await place.keyturn(['ledger', 'sign'], KEY);
    expect((await secure(place, KEY)).found['ledger']).toEqual([
      expect.stringMatching(/^ok: .*signed/),
    ]);
    for (const key of ['another-key-of-thirty-two-characters-', 'short']) {
      const other = await secure(place, { KEYTURN_LEDGER_KEY: key });
      expect(other.code).toBe(6);
      expect(other.found['ledger']).toEqual([expect.stringMatching(/^note: /)]);
    }
  });

  it('tells what the token that acts may do beyond its need', async () => {
    const place = await open();
    const acting = place.token(place.sandbox.env[ID] ?? '');
    const { found } = await secure(place);
    const beyond = acting.accesses.filter(
      (one) => !one.endsWith('service_tokens') && one !== 'read_organization',
    );
    expect(found['acting']).toEqual([expect.stringMatching(/^warning: .*: /)]);
    expect(found['acting']?.[0]).toContain(beyond[0]);
    const fitting = await secure(await open(acting.accesses));
    expect(fitting.found['acting']).toEqual([expect.stringMatching(/^ok: /)]);
  });

  it('tells of folders that everybody can write, shared runners, and what is between', async () => {
    const place = await open();
    const home = join(place.folder, 'home');
    await mkdir(home);
    await chmod(home, 0o777);
    const { found } = await secure(place, {
      HOME: home,
      RUNNER_ENVIRONMENT: 'self-hosted',
      NODE_EXTRA_CA_CERTS: '/etc/hostname',
    });
    expect(found['writable']).toEqual([`warning: every user of this machine can write to ${home}`]);
    expect(found['runner']).toEqual([expect.stringContaining('RUNNER_ENVIRONMENT')]);
    expect(found['certificates']).toEqual([expect.stringContaining('/etc/hostname')]);
    const gitlab = await secure(place, { GITLAB_CI: 'true' });
    expect(gitlab.found['runner']).toEqual([expect.stringContaining('CI_DISPOSABLE_ENVIRONMENT')]);
    const hosted = await secure(place, { GITLAB_CI: 'true', CI_DISPOSABLE_ENVIRONMENT: 'true' });
    expect(hosted.found['runner']).toBeUndefined();
  });

  it("tells of a person's login", async () => {
    const { found } = await secure(await open(), {
      PLANETSCALE_SERVICE_TOKEN_ID: undefined,
      PLANETSCALE_SERVICE_TOKEN: undefined,
    });
    expect(found['person']).toEqual([
      expect.stringContaining('warning: keyturn uses a personal login'),
    ]);
  });

  it('reads the pipelines that run keyturn, with file and line', async () => {
    const place = await open();
    const workflows = join(place.folder, '.github/workflows');
    await mkdir(workflows, { recursive: true });
    await writeFile(join(workflows, 'other.yml'), 'jobs:\n  - uses: a/b@v1\n');
    await writeFile(
      join(workflows, 'keyturn.yml'),
      'on: { schedule: [] }\njobs:\n  rotate:\n    steps:\n      - uses: actions/checkout@v4\n      - run: npx keyturn rotate\n',
    );
    const { code, found } = await secure(place);
    expect(code).toBe(0);
    expect(found['pipeline']).toEqual([
      expect.stringMatching(/^warning: \.github\/workflows\/keyturn\.yml:5: .*pinned/),
      expect.stringMatching(/^warning: \.github\/workflows\/keyturn\.yml:1: .*settings/),
    ]);
  });
});

it('the pipelines are those of the checkout, wherever in it the configuration is', async () => {
  const place = await open();
  await mkdir(join(place.folder, '.git'));
  const inner = join(place.folder, 'infra');
  await mkdir(inner);
  await mkdir(join(place.folder, '.circleci'));
  await writeFile(
    join(place.folder, '.circleci/config.yml'),
    'jobs:\n  a:\n    - run: |\n        npx -y \\\n          keyturn rotate\n',
  );
  await rename(join(place.folder, 'keyturn.config.json'), join(inner, 'keyturn.config.json'));
  const { found } = await secure(place, { KEYTURN_CONFIG: join(inner, 'keyturn.config.json') });
  expect(found['pipeline']).toEqual([
    expect.stringMatching(/^warning: \.circleci\/config\.yml:4: npx/),
  ]);
});

describe('a line of a pipeline', () => {
  const lines = (text: string, isWorkflow = true): number =>
    weaknesses(`permissions: {}\n${text}`, isWorkflow).length;

  it.each([
    'uses: actions/checkout@v4',
    'uses: actions/checkout@main # keyturn',
    'run: npx --yes @keyturn/cli rotate',
    'run: npx -y keyturn rotate',
    'run: npm ci',
    'run: npm install @keyturn/cli',
    'pull_request_target:',
    'on: pull_request_target',
    'on: [push, workflow_run]',
    'run: npx @keyturn/cli@latest rotate',
    'run: npx -y a@1.2.3 && npx -y keyturn',
    'permissions: write-all',
    'env:\n  A: ${{ secrets.A }}',
    'run: echo "#" && npm ci',
    '  - workflow_run',
    'git worktree add --quiet --detach .keyturn FETCH_HEAD',
    'with: { key: keyturn }\n  path: .keyturn',
  ])('is weak: %s', (line) => {
    expect(lines(line)).toBe(1);
  });

  it.each([
    `uses: actions/checkout@${'0123456789'.repeat(4)} # v6`,
    'uses: ./.github/actions/rotate',
    '# uses: actions/checkout@v4',
    'run: npm ci --ignore-scripts',
    'run: npx --yes -p @keyturn/cli@1.0.0 keyturn rotate',
    'run: npx keyturn rotate',
    'run: npm ci \\\n  --ignore-scripts',
    "run: npm ci\nenv: { NPM_CONFIG_IGNORE_SCRIPTS: 'true' }",
    '      - run: x\n        env:\n          A: ${{ secrets.A }}',
    'schedule:',
  ])('is fine: %s', (line) => {
    expect(lines(line)).toBe(0);
  });
});
