import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { commands } from '../src/program/commands.ts';
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
    },
  );

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
