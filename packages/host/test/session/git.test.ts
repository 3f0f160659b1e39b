import { execFileSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { originOf } from '../../src/session/git.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('the remote of a checkout', () => {
  const env = { PATH: process.env['PATH'] };

  it('is the one that is called origin', async () => {
    const folder = await temporaryFolder({ 'src/a.txt': '' });
    const git = (...given: string[]): unknown => execFileSync('git', given, { cwd: folder });
    git('init', '--quiet');
    git('remote', 'add', 'upstream', 'git@github.com:other/web.git');
    await expect(originOf(folder, env)).resolves.toBeUndefined();
    git('remote', 'add', 'origin', 'https://user:secret@github.com/acme/web.git');
    const remote = { host: 'github.com', path: 'acme/web', web: true };
    await expect(originOf(folder, env)).resolves.toEqual(remote);
    await expect(originOf(`${folder}/src`, env)).resolves.toEqual(remote);
  });

  it('is none where there is no checkout, no folder or no git', async () => {
    const folder = await temporaryFolder({});
    await expect(originOf(folder, env)).resolves.toBeUndefined();
    await expect(originOf(`${folder}/nothing`, env)).resolves.toBeUndefined();
    await expect(originOf(folder, { PATH: '/nonexistent' })).resolves.toBeUndefined();
  });
});
