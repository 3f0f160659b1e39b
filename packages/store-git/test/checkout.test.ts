import { appendFile, chown, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { EMPTY } from '@keyturn/core/ledger';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { bareRepository, git, hook, putFile } from './repositories.ts';
import { PASSWORD, serveGit, USER } from './server.ts';
import {
  append,
  BRANCH,
  contentsOf,
  errorOf,
  freshFolder,
  labelsOf,
  o,
  open,
  opened,
  started,
  type Store,
} from './support.ts';

let folder: string;
let bare: string;
beforeEach(async () => {
  folder = await freshFolder();
  bare = await bareRepository(folder);
  for (const number of [1, 2, 3]) await putFile(bare, 'main', 'README.md', `version ${number}\n`);
});

const env = { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1' };

function inCheckout(directory: string, remote = 'origin', more = {}): Store {
  return open({ location: `git:${remote}#${BRANCH}` }, { directory, env: { ...env, ...more } });
}

async function clone(...options: string[]): Promise<string> {
  const name = `clone-${Math.random()}`;
  await git(folder, 'clone', '--quiet', ...options, `file://${bare}`, name);
  return join(folder, name);
}

/** Uses a store as a run does; returns the labels that it has then. */
async function writeAndRead(store: Store, label: string): Promise<readonly string[]> {
  const lock = await store.lock('one', 'writer', o);
  const { revision } = await store.open('one', o);
  const next = await append(
    lock,
    revision,
    ...(revision === EMPTY ? [opened()] : []),
    started(label),
  );
  await append(lock, next, started(`${label} again`));
  await lock.release();
  const isFirst = await store.claim('one', label, o);
  const { problems } = await store.check(o);
  const { records } = await store.open('one', o);
  await store.close();
  return [...labelsOf(records), ...problems.map(({ message }) => message), String(isFirst)];
}

const expected = (...labels: readonly string[]) => [
  ...labels.flatMap((label) => [label, `${label} again`]),
  'true',
];

describe('the checkout of the user', () => {
  it.each([
    ['full', []],
    ['shallow', ['--depth=1']],
    ['partial', ['--filter=blob:none', '--no-checkout']],
    ['single-branch', ['--single-branch']],
  ])('stays as it is, byte for byte, when it is %s', async (_, options) => {
    await git(bare, 'config', 'uploadpack.allowFilter', 'true');
    const checkout = await clone(...options);
    await writeFile(join(checkout, 'untracked'), 'mine');
    await appendFile(join(checkout, '.git', 'FETCH_HEAD'), '');
    for (const label of ['first', 'second']) {
      const before = await contentsOf(checkout);
      expect(await writeAndRead(inCheckout(checkout), label)).toContain(label);
      expect(await contentsOf(checkout)).toEqual(before);
    }
    expect(await git(bare, 'for-each-ref', '--format=%(refname)')).toBe(
      `refs/heads/${BRANCH}\nrefs/heads/main`,
    );
  });

  it('can be another worktree, a folder within, a repository without a worktree, or have a relative URL', async () => {
    const checkout = await clone();
    await git(checkout, 'worktree', 'add', '--quiet', '--detach', '../tree');
    await mkdir(join(checkout, 'deep', 'er'), { recursive: true });
    await git(folder, 'clone', '--quiet', '--bare', bare, 'second.git');
    await git(checkout, 'remote', 'set-url', 'origin', '../ledger.git');
    expect(await writeAndRead(inCheckout(join(folder, 'tree')), 'a')).toEqual(expected('a'));
    expect(await writeAndRead(inCheckout(join(checkout, 'deep', 'er')), 'b')).toEqual(
      expected('a', 'b'),
    );
    expect(await writeAndRead(inCheckout(join(folder, 'second.git')), 'c')).toEqual(
      expected('a', 'b', 'c'),
    );
  });

  it('runs none of its hooks, and is not what variables of git name', async () => {
    const checkout = await clone();
    const spy = join(folder, 'spy');
    for (const name of ['pre-push', 'post-commit', 'reference-transaction', 'post-checkout'])
      await hook(join(checkout, '.git'), name, `echo ${name} >> ${spy}; exit 1`);
    await git(checkout, 'config', 'push.followTags', 'true');
    await git(checkout, 'config', 'push.gpgSign', 'true');
    await git(checkout, 'config', 'commit.gpgSign', 'true');
    await git(checkout, 'config', 'remote.origin.mirror', 'true');
    const store = inCheckout(checkout, 'origin', {
      GIT_DIR: '/nowhere',
      GIT_WORK_TREE: '/nowhere',
      GIT_INDEX_FILE: '/nowhere',
      GIT_TRACE: spy,
    });
    expect(await writeAndRead(store, 'a')).toEqual(expected('a'));
    await expect(readFile(spy)).rejects.toThrow('ENOENT');
  });
});

describe('the credentials of a checkout', () => {
  const header = `Authorization: Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  const served = async () => {
    const server = await serveGit(folder);
    onTestFinished(() => server[Symbol.asyncDispose]());
    const checkout = await clone();
    await git(checkout, 'remote', 'set-url', 'origin', `${server.plainUrl}/ledger.git`);
    return { server, checkout, section: `http.${server.plainUrl}/.extraheader` };
  };

  it('are a header in its configuration', async () => {
    const { checkout, section } = await served();
    await git(checkout, 'config', section, header);
    expect(await writeAndRead(inCheckout(checkout), 'a')).toEqual(expected('a'));
  });

  it('are a header in a file that only this checkout includes', async () => {
    const { checkout, section } = await served();
    const file = join(folder, 'credentials.config');
    await git(checkout, 'config', '--file', file, section, header);
    await git(checkout, 'config', `includeIf.gitdir:${join(checkout, '.git')}.path`, file);
    expect(await writeAndRead(inCheckout(checkout), 'a')).toEqual(expected('a'));
  });

  it('are a header that the user includes for this checkout', async () => {
    const { checkout, section } = await served();
    const file = join(folder, 'credentials.config');
    await git(checkout, 'config', '--file', file, section, header);
    const home = join(folder, 'home');
    await mkdir(home);
    const condition = `includeIf.gitdir:${checkout}/.path`;
    await git(checkout, 'config', '--file', join(home, '.gitconfig'), condition, file);
    expect(await writeAndRead(inCheckout(checkout, 'origin', { HOME: home }), 'a')).toEqual(
      expected('a'),
    );
  });

  it('are a login in its URL', async () => {
    const { server, checkout } = await served();
    await git(checkout, 'remote', 'set-url', 'origin', `${server.url}/ledger.git`);
    expect(await writeAndRead(inCheckout(checkout), 'a')).toEqual(expected('a'));
  });

  it('are those of a helper', async () => {
    const { checkout } = await served();
    const helper = `!f() { test "$1" = get && echo username=${USER} && echo 'password=${PASSWORD}'; }; f`;
    await git(checkout, 'config', 'credential.helper', helper);
    expect(await writeAndRead(inCheckout(checkout), 'a')).toEqual(expected('a'));
  });

  it('are a login in the URL for pushes', async () => {
    const { server, checkout } = await served();
    await git(checkout, 'remote', 'set-url', 'origin', `file://${bare}`);
    await git(checkout, 'remote', 'set-url', '--push', 'origin', `${server.url}/ledger.git`);
    expect(await writeAndRead(inCheckout(checkout), 'a')).toEqual(expected('a'));
  });
});

describe('a remote', () => {
  it('that does not exist is refused, with those that there are', async () => {
    const checkout = await clone();
    await git(checkout, 'remote', 'add', 'upstream', bare);
    const error = await errorOf(inCheckout(checkout, 'orign').open('one', o));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(error.message).toContain('origin, upstream');
  });

  it('that could be one of two is refused; the only one is taken', async () => {
    const checkout = await clone();
    expect(await writeAndRead(inCheckout(checkout, ''), 'a')).toEqual(expected('a'));
    await git(checkout, 'remote', 'add', 'upstream', bare);
    const error = await errorOf(inCheckout(checkout, '').open('one', o));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain('origin, upstream');
  });

  it('that pushes to two places is refused', async () => {
    const checkout = await clone();
    await git(checkout, 'remote', 'set-url', '--add', 'origin', '/srv/other.git');
    expect((await errorOf(inCheckout(checkout).open('one', o))).code).toBe('CONFIG_INVALID');
  });

  it('that runs a program is refused', async () => {
    const checkout = await clone();
    const spy = join(folder, 'spy');
    await git(checkout, 'remote', 'set-url', 'origin', `ext::sh -c touch% ${spy}`);
    const error = await errorOf(inCheckout(checkout).open('one', o));
    expect(error.code).toBe('STATE_FAILED');
    await expect(readFile(spy)).rejects.toThrow('ENOENT');
  });
});

describe('SSH', () => {
  const withSsh = async (script: string): Promise<Store> => {
    const file = join(folder, 'ssh');
    await writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const more = { GIT_SSH: file, GIT_SSH_VARIANT: 'ssh', SSH_AUTH_SOCK: '/run/agent' };
    const location = `git+ssh://git@git.invalid${bare}#${BRANCH}`;
    return open({ location }, { env: { ...env, ...more } });
  };

  it('is used with the agent of the user', async () => {
    const store = await withSsh(
      'test "$SSH_AUTH_SOCK" = /run/agent || exit 1; for last; do :; done; eval "$last"',
    );
    expect(await writeAndRead(store, 'a')).toEqual(expected('a'));
  });

  it.each([
    ['git@git.invalid: Permission denied (publickey).', 'accepted no SSH key'],
    ['Host key verification failed.', 'host key of the server is unknown'],
    ['ssh: Could not resolve hostname git.invalid: Name or service not known', 'unreachable'],
    ['ERROR: Repository not found.', 'does not exist'],
    ['ERROR: The key you are authenticating with has been marked as read only.', 'denied'],
  ])('that fails with "%s" is explained', async (said, meaning) => {
    const store = await withSsh(`echo '${said}' >&2; exit 255`);
    const error = await errorOf(store.open('one', o));
    expect(error).toMatchObject({ code: 'STATE_FAILED', effect: 'none' });
    expect(error.message).toContain(meaning);
  });
});

describe('a repository of another user', () => {
  it.skipIf(process.getuid?.() !== 0)('is refused, with what to do', async () => {
    const checkout = await clone();
    await chown(join(checkout, '.git'), 12_345, 12_345);
    await chown(checkout, 12_345, 12_345);
    const error = await errorOf(inCheckout(checkout).open('one', o));
    expect(error.message).toContain('belongs to another user');
    expect(error.hint).toContain('safe.directory');
  });
});

describe('without', () => {
  it('a repository, the folder is named', async () => {
    const error = await errorOf(inCheckout(folder).open('one', o));
    expect(error).toMatchObject({ code: 'STATE_FAILED', effect: 'none' });
    expect(error.message).toContain(`${folder} is not in a git repository`);
    const missing = await errorOf(inCheckout(join(folder, 'missing')).open('one', o));
    expect(missing.message).toContain('is not in a git repository');
  });

  it('a remote, the user is told to add one', async () => {
    await git(folder, 'init', '--quiet', 'empty');
    const error = await errorOf(inCheckout(join(folder, 'empty')).open('one', o));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain('has no remotes');
  });

  it('git, the user is told to install it', async () => {
    const error = await errorOf(inCheckout(folder, 'origin', { PATH: folder }).open('one', o));
    expect(error).toMatchObject({ code: 'STATE_FAILED', message: 'git is not installed' });
  });

  it('a git that is new enough, the version is named', async () => {
    const bin = join(folder, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'git'), '#!/bin/sh\necho git version 2.17.1\n', { mode: 0o755 });
    const error = await errorOf(inCheckout(folder, 'origin', { PATH: bin }).open('one', o));
    expect(error.message).toBe('git version 2.17.1 is too old');
  });

  it('the repository behind the remote, the location is named', async () => {
    const checkout = await clone();
    await rm(bare, { recursive: true });
    const error = await errorOf(inCheckout(checkout).open('one', o));
    expect(error).toMatchObject({ code: 'STATE_FAILED' });
    expect(error.message).toContain(`git:origin#${BRANCH}: the repository does not exist`);
  });

  it('a folder for temporary files, the variable is named', async () => {
    const checkout = await clone();
    await symlink('/nowhere', join(folder, 'broken'));
    const store = inCheckout(checkout, 'origin', { TMPDIR: join(folder, 'broken') });
    const error = await errorOf(store.open('one', o));
    expect(error).toMatchObject({ code: 'STATE_FAILED' });
    expect(error.hint).toContain('TMPDIR');
  });
});
