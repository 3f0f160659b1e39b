import { inspect } from 'node:util';

import { adapterContext } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { parseLocation } from '../src/location.ts';
import gitStore from '../src/index.ts';
import { errorOf } from './support.ts';

describe('a location', () => {
  it.each([
    ['git:origin#b', { remote: 'origin', branch: 'b' }],
    ['git:origin', { remote: 'origin', branch: 'keyturn-ledger' }],
    ['git:', { remote: '', branch: 'keyturn-ledger' }],
    ['git:team/fork#a/b', { remote: 'team/fork', branch: 'a/b' }],
    ['git+https://h/p.git#b', { url: 'https://h/p.git', login: undefined, branch: 'b' }],
    [
      'git+https://u:p%40ss@h:8443/p#b',
      { url: 'https://h:8443/p', login: { username: 'u', password: 'p@ss' }, branch: 'b' },
    ],
    [
      'git+https://ghp_0123456789abcdefghij@h/p',
      {
        url: 'https://h/p',
        login: { username: 'ghp_0123456789abcdefghij', password: '' },
        branch: 'keyturn-ledger',
      },
    ],
    ['git+https://ana@h/p#b', { url: 'https://ana@h/p', login: undefined, branch: 'b' }],
    ['git+ssh://git@h:22/p.git', { url: 'ssh://git@h:22/p.git', branch: 'keyturn-ledger' }],
    ['git+file:///srv/l.git#b', { url: 'file:///srv/l.git', branch: 'b' }],
    ['git+http://127.0.0.1:80/p#b', { url: 'http://127.0.0.1:80/p', branch: 'b' }],
  ])('%s is understood', (text, expected) => {
    expect(parseLocation(text)).toMatchObject(expected);
  });

  it.each([
    'git:origin#--upload-pack=touch /tmp/x',
    'git:origin#--upload-pack=x',
    'git:--upload-pack=x#b',
    'git:-origin',
    'git://host/path',
    'git:https://u:geheim@h/p',
    'git:../folder',
    'git:/srv/x',
    'git:origin#a..b',
    'git:origin#a b',
    'git:origin#.a',
    'git:origin#a.lock',
    'git:origin#a/',
    'git:origin#refs/heads/a',
    'git:origin#@',
    'git:origin#a@{1}',
    'git:origin#a\nb',
    `git:origin#${'x'.repeat(300)}`,
    'git+https://u:geheim@h/p?x=y#b',
    'git+https://u:geheim%0ausername=x@h/p#b',
    'git+https://u:geheim@/p',
    'git+http://u:geheim@example.org/p',
    'git+ssh://u:geheim@h/p',
    'git+ssh://-oProxyCommand=x/p',
    'git+ssh://-oProxyCommand@h/p',
    'git+file://host/p',
    'git+file:relative',
    'git+ftp://h/p',
    'git+https:h',
    '',
    undefined,
    7,
  ])('%s is refused in one line, without a password', async (text) => {
    expect(parseLocation(text)).toHaveProperty('problem');
    const error = await errorOf(gitStore.open(text, adapterContext()));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(inspect(error)).not.toContain('geheim');
    expect(error.message).not.toContain('\n');
  });

  it('is opened without a request, a program or a folder', async () => {
    const context = adapterContext({ env: { PATH: '/nowhere' } });
    const store = await gitStore.open('git+https://u:geheim-0123456789@h.invalid/p#b', context);
    expect(inspect(store)).not.toContain('geheim');
    const error = await errorOf(store.open('one'));
    expect(error.message).toBe('git is not installed');
    await store.close?.();
  });
});
