import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { fleet } from './fleet.ts';
import { hostilePage } from './hostile.ts';
import { world } from './world.ts';

describe('keyturn status --html', () => {
  it('writes one page and says so', async () => {
    const { keyturn, folder } = await world(fleet);
    const { code, stdout } = await keyturn('status', '--html', 'status.html');
    expect([code, stdout]).toEqual([0, 'Wrote status.html\n']);
    const page = await readFile(join(folder, 'status.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    for (const { name } of fleet(0)) expect(page).toContain(`>${name}</h3>`);
    const files = (await readdir(folder)).filter((name) => name !== '.local');
    expect(files).toEqual(['.keyturn', 'keyturn.config.json', 'status.html']);
  });

  it('prints it for -, and checks as well', async () => {
    const { keyturn } = await world(fleet);
    const { code, stdout } = await keyturn('status', '--html', '-', '--check');
    expect(code).toBe(6);
    expect(stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/);
  });

  it('replaces a page as a whole, with the permissions that it had', async () => {
    const { keyturn, folder } = await world(fleet);
    const file = join(folder, 'status.html');
    await writeFile(file, 'old', { mode: 0o600 });
    const before = await stat(file);
    expect((await keyturn('status', '--html', 'status.html')).code).toBe(0);
    const after = await stat(file);
    expect(after.mode & 0o777).toBe(0o600);
    expect(after.ino).not.toBe(before.ino);
  });

  it('follows no link, and replaces no folder', async () => {
    const { keyturn, folder } = await world(fleet);
    await writeFile(join(folder, 'other'), 'mine');
    await symlink('other', join(folder, 'link.html'));
    const { code, stderr } = await keyturn('status', '--html', 'link.html');
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^keyturn: .*link\.html is a symbolic link\n/),
    ]);
    expect(await readFile(join(folder, 'other'), 'utf8')).toBe('mine');
    expect((await lstat(join(folder, 'link.html'))).isSymbolicLink()).toBe(true);
    await mkdir(join(folder, 'pages'));
    expect((await keyturn('status', '--html', 'pages')).stderr).toContain('is not a regular file');
    expect((await keyturn('status', '--html', 'no/status.html')).stderr).toMatch(
      /no\/status\.html: .*ENOENT/,
    );
  });

  it('escapes what comes from outside, whatever it says', () => {
    const page = hostilePage();
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toMatch(/<(?:script|img|iframe|base|link|object)\b/i);
    // Nothing that turns the direction of text, ends a line or moves a cursor.
    expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
