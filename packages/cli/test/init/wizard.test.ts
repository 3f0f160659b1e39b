import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { initCommand } from '../../src/commands/init.ts';
import { makePlace, type Place } from '../keyturn.ts';
import { personAt } from '../person.ts';
import { makeOrigin } from './runner.ts';

/** Runs the wizard with a person who types these answers, and then nothing but Enter. */
async function answer(
  place: Place,
  answers: readonly string[],
  words: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  const { host, shown } = personAt(place, answers, env);
  const end = await initCommand(words, { name: [] }, host).catch((error: unknown) => error);
  return { end, shown: shown() };
}

/** The number of the answer "none: I run keyturn myself". */
const NO_SYSTEM = '4';

const read = (place: Place, path: string): Promise<string> =>
  readFile(join(place.folder, path), 'utf8').catch(() => '');

// Adapters are loaded from their sources here.
describe('keyturn init', { timeout: 60_000 }, () => {
  it('asks, shows, and writes a configuration and a pipeline', async () => {
    const place = await makePlace();
    await mkdir(join(place.folder, '.github/workflows'), { recursive: true });
    await mkdir(join(place.folder, '.git'));
    const { end, shown } = await answer(place, [
      'github:acme gitlab:acme',
      'n',
      'y',
      '60d',
      '',
      '',
      'y',
      'y',
    ]);
    expect(end).toBe(0);
    expect(shown).toContain('acme has 4 tokens.');
    expect(shown).toContain('[env:.]: github:acme gitlab:acme');
    expect(shown).toContain('keyturn.config.yaml (new)');
    expect(shown).toContain('  + name: keyturn');
    const next = shown.replaceAll(/\s+/g, ' ');
    expect(next).toMatch(/openssl rand -base64 32.*KEYTURN_LEDGER_KEY.*keyturn adopt ci-gitlab/);
    expect(shown).toMatch(/\nDoctor\n[^]*keyturn\.config\.yaml is valid[^]*\nNext\n/);
    expect(shown).not.toContain('+   ci-github:');
    const config = await read(place, 'keyturn.config.yaml');
    expect(config).toContain(
      '  ci-gitlab:\n    maxAge: 60d\n    grace: 1h\n    sinks:\n      - gitlab:acme/infra\n',
    );
    expect(config).toMatch(/\nnotify:\n {2}heartbeat:\n {4}urlEnv: KEYTURN_HEARTBEAT_URL\n$/);
    expect(next).toContain('KEYTURN_HEARTBEAT_URL');
    const workflow = await read(place, '.github/workflows/keyturn.yml');
    expect(workflow).toContain('GITLAB_TOKEN: ${{ secrets.KEYTURN_GITLAB_TOKEN }}');
    expect(workflow).toContain('run: npm ci --ignore-scripts --prefix .github/keyturn\n');
    expect(workflow).toContain('KEYTURN_HEARTBEAT_URL: ${{ secrets.KEYTURN_HEARTBEAT_URL }}');
    expect(workflow).not.toContain('npx');
    expect(await read(place, '.github/keyturn/package.json')).toContain('"@keyturn/cli": "1.2.3"');
    expect(await read(place, '.gitignore')).toBe('.keyturn/\n.github/keyturn/node_modules/\n');
    expect((await place.keyturn(['status'])).code).toBe(0);
  });

  it('adopts at once what it found, if the answer is yes', async () => {
    const place = await makePlace();
    const answers = ['', 'y', '', '', NO_SYSTEM, 'y', 'y'];
    const { end, shown } = await answer(place, answers, ['gitlab:acme']);
    expect(end).toBe(0);
    expect(shown).toContain('ci-gitlab now? [Y/n] y');
    expect(shown).toMatch(/\nAdoption\n[^]*ci-gitlab adopted cigitlab9r3k[^]*\nDoctor\n/);
    expect(shown.slice(shown.indexOf('\nNext\n'))).not.toContain('adopt');
    const { stdout } = await place.keyturn(['status', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ rotations: [{ current: { id: 'cigitlab9r3k' } }] });
  });

  it('adopts into the ledger that the pipeline reads', async () => {
    const place = await makePlace();
    const { git, url } = await makeOrigin({ '.gitlab-ci.yml': 'mine: true\n' });
    const here = { ...place, folder: join(fileURLToPath(url), '../first') };
    const answers = ['', 'y', '', '', '', '', 'y', 'y'];
    const env = { KEYTURN_LEDGER_KEY: 'a-key-that-nobody-guesses-0123456789' };
    const { end, shown } = await answer(here, answers, ['gitlab:acme'], env);
    expect(end).toBe(0);
    expect(shown).toContain('ci-gitlab adopted cigitlab9r3k');
    const files = await git('origin.git', 'ls-tree', '-r', '--name-only', 'keyturn-ledger');
    expect(files).toBe('ci-gitlab.head\nci-gitlab.jsonl\n');
    const next = shown.slice(shown.indexOf('\nNext\n')).replaceAll(/\s+/g, ' ');
    expect(next).toContain('export KEYTURN_STATE=git:origin#keyturn-ledger, then keyturn plan');
    expect(next).not.toMatch(/keyturn adopt|openssl/);
  });

  it('goes on after an adoption that fails, and leaves it as a step', async () => {
    const place = await makePlace();
    await mkdir(join(place.folder, '.github/workflows'), { recursive: true });
    const { shown } = await answer(place, ['', 'y', '', '', '', '', 'y', 'y'], ['gitlab:acme']);
    // Without a key, Enter alone does not create a ledger.
    expect(shown).toContain('ci-gitlab now? [y/N] y');
    expect(shown.replaceAll(/\s+/g, ' ')).toMatch(/Next .*, then keyturn adopt ci-gitlab\./);
  });

  it('writes nothing where the answer is no', async () => {
    const place = await makePlace();
    const { end } = await answer(place, ['github:acme', 'y', '', '', '', 'n']);
    expect(end).toMatchObject({ code: 'USAGE_INVALID', message: 'nothing was written' });
    expect(await read(place, 'keyturn.config.yaml')).toBe('');
  });

  it('shows what would change of files that are there, and asks before it does', async () => {
    const place = await makePlace();
    const config =
      '# ours\nissuer: { kind: planetscale, org: acme }\nrotations:\n  web:\n    sinks:\n      - github:acme/web # the site\n';
    await writeFile(join(place.folder, 'keyturn.config.yaml'), config);
    await mkdir(join(place.folder, '.github/workflows'), { recursive: true });
    await writeFile(join(place.folder, '.github/workflows/keyturn.yml'), 'name: mine\n');
    const refused = await answer(place, ['', ''], ['github:acme']);
    expect(refused.shown).toContain('.github/workflows/keyturn.yml (changed)');
    expect(refused.shown).toContain('  - name: mine');
    expect(refused.shown).toContain('files? [y/N]');
    expect(await read(place, 'keyturn.config.yaml')).toBe(config);
    const silent = await place.keyturn(['init', 'github:acme', '--ci', 'github', '--yes']);
    expect(silent).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('keyturn.yml was not changed'),
    });
    expect(await read(place, '.github/workflows/keyturn.yml')).toBe('name: mine\n');
    expect(await read(place, 'keyturn.config.yaml')).toBe(
      `${config}      - github:acme/api?environment=production\n`,
    );
  });

  it('needs no terminal with --yes, and writes nothing with --dry-run', async () => {
    const place = await makePlace();
    const args = [
      'init',
      'github:acme',
      'circleci:gh/acme',
      '--ci',
      'circleci',
      '--max-age',
      '30d',
    ];
    const tried = await place.keyturn([...args, '--dry-run']);
    expect(tried.stderr).toMatch(/Nothing was written: leave out --dry-run to write it\.\n$/);
    expect(tried).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('.circleci/config.yml (new)'),
    });
    expect(await read(place, 'keyturn.config.yaml')).toBe('');
    expect((await place.keyturn(args)).stderr).toContain('--dry-run');
    const { code, stderr } = await place.keyturn([...args, '--yes']);
    expect(code).toBe(0);
    expect(stderr).toContain('KEYTURN_CIRCLECI_TOKEN');
    expect(await read(place, 'keyturn.config.yaml')).toContain('maxAge: 30d');
    expect(await read(place, '.circleci/config.yml')).toContain(
      'export CIRCLECI_TOKEN="$KEYTURN_CIRCLECI_TOKEN"',
    );
    const plan = await place.keyturn(['plan', 'ci-github', '--replaces', 'cigithub4w8d']);
    expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining('planned') });
    expect(stderr).not.toContain('pscale_tkn_');
  });

  it('keeps what a machine has to itself out of the pipeline', async () => {
    const place = await makePlace();
    const file = 'PLANETSCALE_SERVICE_TOKEN_ID=x\nPLANETSCALE_SERVICE_TOKEN=x\n';
    await writeFile(join(place.folder, '.env'), file);
    const silent = await place.keyturn([
      'init',
      'github:acme',
      'env:.',
      '--ci',
      'github',
      '--yes',
      '--dry-run',
    ]);
    expect(silent.stderr).not.toContain('laptop:');
    const { shown } = await answer(
      place,
      ['y', 'y', '', '', '1', '', 'y'],
      ['github:acme', 'env:.'],
    );
    expect(shown).toContain('laptop: env:.env? [y/N] y');
    const workflow = await read(place, '.github/workflows/keyturn.yml');
    expect(workflow).toMatch(/keyturn rotate ci-github$/m);
  });

  it.each([
    ['.gitlab-ci.yml', 'gitlab', '.gitlab/keyturn.yml', 'Include .gitlab/keyturn.yml'],
    ['.circleci/config.yml', 'circleci', '.circleci/keyturn.yml', 'Merge the job and the workflow'],
  ])('leaves %s alone', async (theirs, system, ours, advice) => {
    const place = await makePlace();
    await mkdir(join(place.folder, theirs, '..'), { recursive: true });
    await writeFile(join(place.folder, theirs), 'mine: true\n');
    const { stderr, code } = await place.keyturn(['init', 'github:acme', '--yes']);
    expect(code).toBe(0);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(advice);
    expect(await read(place, theirs)).toBe('mine: true\n');
    expect(await read(place, ours)).toContain('KEYTURN_PLANETSCALE_TOKEN');
    expect(system).toBeDefined();
  });

  it('goes on without tokens where somebody says so, and tells why there are none', async () => {
    const place = await makePlace();
    const { end, shown } = await answer(place, ['', 'y', '', '', '4', 'y'], ['github:acme'], {
      PLANETSCALE_SERVICE_TOKEN: 'pscale_tkn_wrong',
    });
    // The doctor has the last word.
    expect(end).toBe(6);
    expect(shown).toContain('? [Y/n]');
  });

  it('says before it writes why the first plan would fail', async () => {
    const place = await makePlace();
    const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: place.folder });
    git('init', '--quiet');
    git('remote', 'add', 'origin', 'https://github.com/acme/docs.git');
    const { shown } = await answer(place, ['', '', '', NO_SYSTEM, 'n'], ['github:acme/docs']);
    const said = shown.replaceAll(/\s+/g, ' ');
    expect(said).toMatch(
      /Before the first plan • ci-github: github:acme\/docs contains no token yet.*keyturn plan ci-github --replaces TOKEN_ID \(.*cigithub4w8d ci-github.*Files keyturn\.config\.yaml/,
    );
    expect(said).not.toContain('keyturn adopt');
    expect(await read(place, 'keyturn.config.yaml')).toBe('');
  });

  it('names what it could not search as the reason why there is nothing', async () => {
    const place = await makePlace();
    const { code, stderr } = await place.keyturn(['init', 'github:acme', '--yes'], {
      GITHUB_TOKEN: 'ghp_wrong',
    });
    expect(code).toBe(4);
    expect(stderr).toContain('Nothing could be searched.');
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(/keyturn: .*401.*GITHUB_TOKEN/);
  });

  it('says so where there is nothing to rotate', async () => {
    const place = await makePlace();
    const { code, stderr } = await place.keyturn(['init', 'env:.', '--yes']);
    expect(code).toBe(2);
    expect(stderr).toContain('keyturn: nothing to rotate');
  });
});
