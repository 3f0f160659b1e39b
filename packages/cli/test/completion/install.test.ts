import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { completionCommand } from '../../src/commands/completion.ts';
import { temporaryFolder } from '../../../host/test/temporary-folder.ts';

/** A home with these files, and what the command says and leaves there. */
async function home(files: Readonly<Record<string, string>> = {}, env: object = {}) {
  const folder = await temporaryFolder(files);
  const run = async (...words: readonly string[]): Promise<string> => {
    let said = '';
    const write = (text: string): void => void (said += text);
    const host = {
      env: { HOME: folder, SHELL: '/bin/bash', ...env },
      stdout: { write },
      stderr: { write },
    };
    await completionCommand(words, host as never);
    return said.replaceAll(folder, '~');
  };
  const read = (path: string): Promise<string> =>
    readFile(join(folder, path), 'utf8').catch(() => '');
  return { folder, run, read };
}

describe('keyturn completion install', () => {
  it('adds lines to the start file of the login shell, once, and says how to undo it', async () => {
    const { run, read } = await home({ '.bashrc': 'alias k=kubectl' });
    const said = await run('install');
    expect(said).toContain('Created ~/.local/share/keyturn/completion.bash\nChanged ~/.bashrc\n');
    expect(said).toContain('To undo this: keyturn completion uninstall bash');
    const text = await read('.bashrc');
    expect(text).toMatch(
      /^alias k=kubectl\n# keyturn completion: begin\n\[ -r (\S+)\/keyturn\/completion\.bash \] && \. \1\/keyturn\/completion\.bash\n# keyturn completion: end\n$/,
    );
    expect(await read('.local/share/keyturn/completion.bash')).toContain('complete -F _keyturn');
    expect(await run('install', 'bash')).toMatch(/^Unchanged: .*\nUnchanged: /);
    expect(await read('.bashrc')).toBe(text);
  });

  it('is taken back, and nothing else with it', async () => {
    const { run, read, folder } = await home({ '.bashrc': 'one\n' });
    await run('install');
    await writeFile(join(folder, '.bashrc'), `${await read('.bashrc')}two\n`);
    expect(await run('uninstall')).toContain('~/.bashrc');
    expect(await read('.bashrc')).toBe('one\ntwo\n');
    expect(await readdir(join(folder, '.local/share/keyturn'))).toEqual([]);
    expect(await run('uninstall')).toBe('Nothing was installed.\n');
  });

  it('brings an old script up to date, and lines that somebody moved', async () => {
    const { run, read, folder } = await home({ '.bashrc': '' });
    await run('install');
    const block = await read('.bashrc');
    await writeFile(join(folder, '.bashrc'), `${block.replace('-r', '-e')}later\n`);
    await writeFile(join(folder, '.local/share/keyturn/completion.bash'), 'old');
    expect(await run('install')).toMatch(/^Changed .*\nChanged ~\/\.bashrc\n/);
    expect(await read('.bashrc')).toBe(`${block}later\n`);
  });

  it('knows the folders of the user, and writes through links', async () => {
    const { run, read, folder } = await home({ 'real-zshrc': 'mine\n' });
    await mkdir(join(folder, 'dots'));
    await symlink(join(folder, 'real-zshrc'), join(folder, 'dots/.zshrc'));
    const env = { ZDOTDIR: join(folder, 'dots'), XDG_DATA_HOME: join(folder, "it's data") };
    const other = await home({}, { ...env, HOME: folder });
    await other.run('install', 'zsh');
    expect(await read('real-zshrc')).toContain(
      String.raw`it'\''s data/keyturn/completion.zsh' ] && . '`,
    );
    expect(await read("it's data/keyturn/completion.zsh")).toContain('#compdef keyturn rotate');
    await run('install', 'fish');
    expect(await read('.config/fish/completions/rotate.fish')).toContain('complete -c rotate');
    expect(await read('.config/fish/completions/keyturn.fish')).toContain('complete -c keyturn');
  });

  it('says so if the shell cannot ask', async () => {
    const { run, folder } = await home();
    expect(await run('install')).toContain('no keyturn on your PATH');
    await writeFile(join(folder, 'keyturn'), '', { mode: 0o755 });
    const found = await home({}, { PATH: folder });
    expect(await found.run('install')).not.toContain('PATH');
  });

  it.each([
    [['install', 'tcsh'], {}, 'tcsh'],
    [['install'], { SHELL: '/usr/bin/nu' }, 'nu'],
    [['install'], { SHELL: undefined }, 'install bash|zsh|fish'],
    [['uninstall'], { HOME: '' }, 'HOME'],
    [['bash', 'zsh'], {}, 'install bash'],
  ])('refuses %j with %j', async (words, env, told) => {
    const { run } = await home({}, env);
    const error = (await run(...words).catch((one: unknown) => one)) as Record<string, string>;
    expect(error['code']).toBe('USAGE_INVALID');
    expect(`${error['message']} ${error['hint']}`).toContain(told);
  });
});
