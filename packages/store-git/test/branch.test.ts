import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { chain, EMPTY, serialise } from '@keyturn/core/ledger';
import { virtualClock } from '@keyturn/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';

import { bareRepository, fileIn, git, gitWith, hook, putFile } from './repositories.ts';
import {
  append,
  appendResults,
  AT,
  BRANCH,
  errorOf,
  freshBare,
  labelsOf,
  o,
  open,
  opened,
  started,
} from './support.ts';

let folder: string;
let bare: string;
beforeEach(async () => {
  ({ folder, bare } = await freshBare());
});

const commits = async () => Number(await git(bare, 'rev-list', '--count', BRANCH));
const quick = () => open({ bare }, { clock: virtualClock(Date.now()) });

async function begun(rotation = 'one') {
  const store = quick();
  const lock = await store.lock(rotation, 'writer', o);
  const revision = await append(lock, EMPTY, opened(rotation), started('a'));
  return { store, lock, revision };
}

describe('rotations that race', () => {
  it('are pushed onto each other', async () => {
    const one = await begun('one');
    const two = await begun('two');
    const next = await append(one.lock, one.revision, started('b'));
    await append(two.lock, two.revision, started('b'));
    await append(one.lock, next, started('c'));
    await one.lock.release();
    await two.lock.release();
    const { records } = await quick().open('one', o);
    expect(labelsOf(records)).toEqual(['a', 'b', 'c']);
    expect(labelsOf((await quick().open('two', o)).records)).toEqual(['a', 'b']);
  });

  it('of one run share their pushes', async () => {
    const store = quick();
    const names = Array.from({ length: 20 }, (_, number) => `rotation-${number}`);
    const locks = await Promise.all(names.map((name) => store.lock(name, 'writer', o)));
    const ends = await Promise.all(
      locks.map((lock, number) => append(lock, EMPTY, opened(names[number]))),
    );
    await Promise.all(locks.map((lock, number) => append(lock, ends[number] ?? '', started('b'))));
    await Promise.all(locks.map((lock) => lock.release()));
    expect(await commits()).toBeLessThanOrEqual(6);
    expect(await store.rotations(o)).toHaveLength(20);
    expect(await git(bare, 'ls-tree', '--name-only', BRANCH)).not.toContain('.lock');
  });

  it('that fail alone do not fail the others', async () => {
    const { lock, revision, store } = await begun();
    const other = await store.lock('two', 'writer', o);
    const results = await Promise.allSettled([
      append(lock, EMPTY, started('stale')),
      append(other, EMPTY, opened('two')),
      append(lock, revision, started('b')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    await lock.release();
    await other.release();
  });
});

describe('a branch', () => {
  it('that was rewritten during a run ends the run', async () => {
    const { lock, revision } = await begun();
    const [tree, message] = [await git(bare, 'rev-parse', `${BRANCH}^{tree}`), 'rewritten'];
    const commit = await git(bare, 'commit-tree', '-m', message, tree);
    await git(bare, 'update-ref', `refs/heads/${BRANCH}`, commit);
    const error = await errorOf(append(lock, revision, started('b')));
    expect(error).toMatchObject({ code: 'STATE_LOST', effect: 'none' });
    expect(error.message).toContain('rewritten');
    expect(lock.signal.aborted).toBe(true);
    await lock.release();
    expect(await commits()).toBe(1);
  });

  it('that was removed during a run ends the run, and is not created again', async () => {
    const { lock, revision, store } = await begun();
    await git(bare, 'update-ref', '-d', `refs/heads/${BRANCH}`);
    expect((await errorOf(append(lock, revision, started('b')))).code).toBe('STATE_LOST');
    await lock.release();
    expect(await git(bare, 'for-each-ref')).toBe('');
    expect((await store.open('one', o)).revision).toBe(EMPTY);
  });

  it('on which somebody else wrote to the ledger is a conflict, not overwritten', async () => {
    const { lock, revision } = await begun();
    const text = (await fileIn(bare, BRANCH, 'one.jsonl')) ?? '';
    const [other] = chain(revision, [started('other')], AT);
    const more = `${text}${other === undefined ? '' : serialise(other)}\n`;
    await putFile(bare, BRANCH, 'one.jsonl', more);
    const error = await errorOf(append(lock, revision, started('b')));
    expect(error).toMatchObject({ code: 'STATE_CONFLICT', effect: 'none' });
    await lock.release();
    expect(await fileIn(bare, BRANCH, 'one.jsonl')).toBe(more);
  });

  it('is never continued from a stale copy', async () => {
    const late = quick();
    const lock = await late.lock('one', 'late', o);
    const { revision } = await late.open('one', o);
    const early = await begun();
    await early.lock.release();
    const error = await errorOf(append(lock, revision, opened(), started('stale')));
    expect(error).toMatchObject({ code: 'STATE_CONFLICT', effect: 'none' });
    await lock.release();
    expect(labelsOf((await late.open('one', o)).records)).toEqual(['a']);
  });

  it('whose server names objects by SHA-256 works', async () => {
    await git(folder, 'init', '--quiet', '--bare', '--object-format=sha256', 'new.git');
    await putFile(join(folder, 'new.git'), BRANCH, 'README.md', 'SHA-256');
    for (const label of ['a', 'b']) {
      const store = open({ bare: join(folder, 'new.git') });
      const lock = await store.lock('one', 'writer', o);
      const { revision } = await store.open('one', o);
      await append(lock, revision, ...(revision === EMPTY ? [opened()] : []), started(label));
      await lock.release();
    }
    const { records } = await open({ bare: join(folder, 'new.git') }).open('one', o);
    expect(labelsOf(records)).toEqual(['a', 'b']);
  });
});

describe('a ledger of an earlier pipeline', () => {
  it('is read, and continued after its last whole record', async () => {
    const records = chain(EMPTY, [opened('ci/Web'), started('a')], AT);
    const lines = records.map((record) => `${serialise(record)}\n`).join('');
    await putFile(bare, BRANCH, 'ci%2f%57eb.jsonl', `${lines}{"seq":3,"pr`);
    await putFile(bare, BRANCH, 'README.md', 'kept\n');
    const store = quick();
    expect(await store.rotations(o)).toEqual(['ci/Web']);
    const lock = await store.lock('ci/Web', 'writer', o);
    const { revision } = await store.open('ci/Web', o);
    await append(lock, revision, started('b'));
    await lock.release();
    const text = (await fileIn(bare, BRANCH, 'ci%2f%57eb.jsonl')) ?? '';
    expect(text.startsWith(lines)).toBe(true);
    expect(text).not.toContain('"seq":3,"pr{');
    expect(labelsOf((await store.open('ci/Web', o)).records)).toEqual(['a', 'b']);
    expect(await fileIn(bare, BRANCH, 'README.md')).toBe('kept\n');
    expect(await fileIn(bare, BRANCH, 'ci%2f%57eb.head')).toMatch(/^3:[0-9a-f]{64}\n$/);
  });

  it('with an altered last record, or without its end, is corrupt', async () => {
    const { lock, revision } = await begun();
    await append(lock, revision, started('b'));
    await lock.release();
    const text = (await fileIn(bare, BRANCH, 'one.jsonl')) ?? '';
    const lines = text.split('\n').slice(0, -1);
    for (const changed of [text.replace('"b"', '"c"'), `${lines.slice(0, -1).join('\n')}\n`]) {
      await putFile(bare, BRANCH, 'one.jsonl', changed);
      const error = await errorOf(quick().open('one', o));
      expect(error.code).toBe('STATE_CORRUPT');
      expect(error.message).toContain('one.jsonl');
    }
  });

  it('that is a link is refused', async () => {
    const blob = await gitWith(bare, '/etc/passwd', 'hash-object', '-w', '--stdin');
    const tree = await gitWith(bare, `120000 blob ${blob}\tone.jsonl\n`, 'mktree');
    const commit = await git(bare, 'commit-tree', '-m', 'link', tree);
    await git(bare, 'update-ref', `refs/heads/${BRANCH}`, commit);
    const error = await errorOf(quick().open('one', o));
    expect(error).toMatchObject({ code: 'STATE_FAILED' });
    expect(error.message).toContain('one.jsonl: it is not a regular file');
  });
});

describe('a hook of the server', () => {
  it('that refuses a push is quoted, without what controls a terminal', async () => {
    const { lock, revision } = await begun();
    await hook(
      bare,
      'pre-receive',
      String.raw`printf 'GH006: \033[31mprotected\n::error::pwn\n' >&2; exit 1`,
    );
    const error = await errorOf(append(lock, revision, started('b')));
    expect(error).toMatchObject({ code: 'STATE_FAILED', effect: 'none' });
    expect(error.message).toContain('pre-receive hook declined: GH006:');
    // oxlint-disable-next-line no-control-regex
    expect(error.message).not.toMatch(/[\u0000-\u001f]/);
    expect(error.hint).toContain('protection');
    await lock.release();
  });

  it('that refuses only once is not asked again', async () => {
    const { lock, revision } = await begun();
    const asked = join(folder, 'asked');
    await hook(bare, 'pre-receive', `echo x >> ${asked}; exit 1`);
    await errorOf(append(lock, revision, started('b')));
    expect(await readFile(asked, 'utf8')).toBe('x\n');
    await lock.release();
  });

  it('gets the option that starts no pipeline, if it takes options', async () => {
    await git(bare, 'config', 'receive.advertisePushOptions', 'true');
    const seen = join(folder, 'options');
    await hook(bare, 'pre-receive', `echo "$GIT_PUSH_OPTION_COUNT $GIT_PUSH_OPTION_0" >> ${seen}`);
    const { lock } = await begun();
    await lock.release();
    expect(await readFile(seen, 'utf8')).toBe('1 ci.skip\n1 ci.skip\n');
  });

  it('that holds the lock of the branch for a moment is waited for', async () => {
    const { lock, revision } = await begun();
    const path = join(bare, 'refs', 'heads', `${BRANCH}.lock`);
    await writeFile(path, '');
    await hook(bare, 'post-receive', '');
    await hook(
      bare,
      'pre-receive',
      `test -f ${folder}/second && rm -f ${path}; touch ${folder}/second`,
    );
    await append(lock, revision, started('b'));
    await lock.release();
    expect(labelsOf((await quick().open('one', o)).records)).toEqual(['a', 'b']);
  });
});

describe('check', () => {
  it('pushes nothing', async () => {
    const report = await quick().check(o);
    expect(report).toMatchObject({ location: `git+file://${bare}#${BRANCH}`, problems: [] });
    expect(report.warnings.join()).toContain('first run creates it');
    expect(await git(bare, 'for-each-ref')).toBe('');
    const { lock } = await begun();
    await lock.release();
    const before = await git(bare, 'rev-parse', BRANCH);
    expect((await quick().check(o)).warnings).toEqual([]);
    expect(await git(bare, 'rev-parse', BRANCH)).toBe(before);
  });

  it('reports a repository that is not there', async () => {
    const { problems } = await open({ bare: join(folder, 'none.git') }).check(o);
    expect(problems.map(({ code }) => code)).toEqual(['STATE_FAILED']);
    expect(problems[0]?.message).toContain('does not exist');
  });
});

describe('a temporary repository that lost an object', () => {
  it('fails; its ledgers are not taken for empty', async () => {
    await (await begun()).lock.release();
    const store = open({ bare }, { env: { PATH: process.env['PATH'], TMPDIR: folder } });
    await store.lock('one', 'writer', o);
    const [name = ''] = (await readdir(folder)).filter((one) => one.startsWith('keyturn-git-'));
    await rm(join(folder, name, 'objects'), { recursive: true });
    await mkdir(join(folder, name, 'objects'));
    expect((await errorOf(store.open('one', o))).code).toBe('STATE_FAILED');
  });
});

describe('results that wait', () => {
  it('are pushed by the release even if the lock was never needed', async () => {
    await bareRepository(folder, 'second.git');
    const store = quick();
    const lock = await store.lock('one', 'writer', o);
    await appendResults(lock, EMPTY, opened());
    await lock.release();
    expect((await store.open('one', o)).records).toHaveLength(1);
    expect(await commits()).toBe(1);
  });
});
