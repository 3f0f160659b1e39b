import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { commands, sections } from '../src/program/commands.ts';
import { globalOptions } from '../src/program/options.ts';
import { makePlace, runBin } from './keyturn.ts';

describe('the program', () => {
  it('answers --version and --help', async () => {
    const place = await makePlace();
    const manifest = JSON.parse(
      await readFile(new URL('../package.json', import.meta.url), 'utf8'),
    );
    expect((await place.keyturn(['--version'])).stdout).toBe(`${manifest.version}\n`);
    const help = await place.keyturn(['--help']);
    expect([help.code, help.stdout.includes('rotate')]).toEqual([0, true]);
    expect((await runBin('rotate.js', ['--help'], {}, place.folder)).stdout).toContain(
      '--replaces',
    );
  });

  it.each(commands.map(({ name, examples }) => ({ name, examples })))(
    'shows two examples in the help of $name',
    async ({ name, examples }) => {
      const place = await makePlace();
      const { code, stdout } = await place.keyturn([...name.split(' '), '--help']);
      expect(code).toBe(0);
      for (const { line, does } of examples) {
        expect(stdout).toContain(`\n  ${line}\n`);
        expect(stdout).toContain(does);
        expect(line).toMatch(new RegExp(`\\bkeyturn ${name}\\b`));
      }
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
      for (const { flags } of globalOptions) expect(stdout).toContain(`  ${flags} `);
    },
  );

  it.each([[], ['--help'], ['-h'], ['help']])(
    'prints the help made with the build, which is what its parser would print: %j',
    async (...line) => {
      const place = await makePlace();
      const parsed = await place.keyturn(['--quiet', '--help']);
      expect(parsed.stdout).toMatch(/^Usage: keyturn /);
      expect(await place.keyturn(line)).toEqual(parsed);
    },
  );

  it('groups its commands by purpose', async () => {
    const place = await makePlace();
    const { stdout } = await place.keyturn(['--help']);
    const titles = sections.map(({ title }) => stdout.indexOf(`\n${title}\n`));
    expect(titles).not.toContain(-1);
    expect(titles).toEqual(titles.toSorted((a, b) => a - b));
    for (const { name, summary } of commands.filter((one) => !one.name.includes(' ')))
      expect(stdout.split('\n').map((line) => line.trim().split(/ {2,}/))).toContainEqual([
        name,
        summary,
      ]);
  });

  it('shows the help of a command of a command', async () => {
    const place = await makePlace();
    const { code, stdout } = await place.keyturn(['help', 'token', 'list']);
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'Usage: keyturn token list [options]']);
  });

  it('has examples in the help of a name that only has others below it', async () => {
    const place = await makePlace();
    const { stdout } = await place.keyturn(['token', '--help']);
    expect(stdout).toMatch(/\n\nExamples:\n {2}keyturn token list\n[^]*\n {2}keyturn token show /);
  });

  it.each([
    [['service-token', 'list']],
    [['token', 'show-access', 'admin7k2m9xq']],
    [['service-token', 'add-access', 'admin7k2m9xq', 'read_branch', '--database', 'shop']],
    [['token', 'delete-access', 'admin7k2m9xq', 'read_branch', '--database', 'shop']],
  ])('knows what pscale calls it: %j', async (line) => {
    const place = await makePlace();
    expect(await place.keyturn([...line, '--org', 'acme'])).toMatchObject({ code: 0, stderr: '' });
    expect((await place.keyturn(['help', ...line.slice(0, 2)])).stdout).toMatch(/^Usage: keyturn /);
  });

  it('calls itself by the name that it was started with', async () => {
    const place = await makePlace();
    const help = (await runBin('rotate.js', ['--help'], {}, place.folder)).stdout;
    expect(help).toMatch(/^Usage: rotate \[options\]/);
    expect(help).not.toContain('keyturn rotate');
    const wrong = await runBin('rotate.js', ['--zzz'], {}, place.folder);
    expect(wrong.stderr).toContain('rotate --help');
  });

  it.each([
    ['rotat', "unknown command 'rotat'", 'Did you mean rotate?'],
    ['rotate --grcae 1h', "unknown option '--grcae'", 'Did you mean --grace?'],
    ['token lst', "unknown command 'lst'", 'Did you mean list?'],
    [
      'token list --sort nme',
      '--sort: invalid value "nme"',
      'Use one of these values: age, name, id, used, expires.',
    ],
    ['rotate --json --sink', '--sink: missing value', 'See the usage: keyturn rotate --help'],
    ['token create', '--name is missing', 'See the usage: keyturn token create --help'],
    ['rotat --help', "unknown command 'rotat'", 'Did you mean rotate?'],
    ['help rotat', "unknown command 'rotat'", 'Did you mean rotate?'],
    ['help token lst', "unknown command 'lst'", 'Did you mean list?'],
    ['token lst --help', "unknown command 'lst'", 'Did you mean list?'],
    ['nothing', "unknown command 'nothing'", 'See the usage: keyturn --help'],
    [
      'token list pscale_tkn_secret',
      "too many arguments for 'list'",
      'See the usage: keyturn token list --help',
    ],
    ['token show', '<id> is missing', 'See the usage: keyturn token show --help'],
    [
      'rotate --grace 90days',
      '--grace: "90days" is not a duration',
      'Use a number and a unit, such as 90d, 12h, 30m, 45s or 1h30m.',
    ],
  ])('answers "%s" with what is wrong and what to do', async (line, message, hint) => {
    const place = await makePlace();
    const words = line.split(' ');
    const { code, stdout, stderr } = await place.keyturn(
      words.includes('--json') ? words : [...words, '--json'],
    );
    expect([code, stderr]).toEqual([2, `keyturn: ${message}\n  ${hint}\n`]);
    expect(JSON.parse(stdout).error).toEqual({ code: 'USAGE_INVALID', message, hint });
  });

  it('says what a word may be', async () => {
    const place = await makePlace();
    const { code, stderr } = await place.keyturn(['completion', 'fsh']);
    expect([code, stderr]).toEqual([
      2,
      'keyturn: action: invalid value "fsh"\n  Use one of these values: install, uninstall, bash, zsh, fish.\n',
    ]);
  });

  it('does nothing but answer where --version stands anywhere', async () => {
    const place = await makePlace();
    const { code, stdout } = await place.keyturn(['rotate', '--sink', 'env:.env', '--version']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });

  it('shows no colour where there is no terminal', async () => {
    const place = await makePlace();
    const { stdout, stderr } = await place.keyturn([
      'rotate',
      '--sink',
      'env:.env',
      '--replaces',
      place.token('ci-github').id,
    ]);
    expect(stdout + stderr).not.toContain('\u001B');
  });

  it('lists adapters, and how to install the missing ones', async () => {
    const place = await makePlace();
    const { stdout } = await place.keyturn(['adapters', '--json']);
    expect(JSON.parse(stdout).adapters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ role: 'sink', kind: 'github', package: '@keyturn/sink-github' }),
      ]),
    );
  });

  it('shows one rotation in a demo', async () => {
    const place = await makePlace();
    const { code, stdout } = await place.keyturn(['demo']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ci-github rotated/);
    expect(stdout.match(/✔ the job in github:acme\/web works/g)).toHaveLength(2);
  });
});
