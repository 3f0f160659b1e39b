import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  readFileSync,
  realpathSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { ANY_TIME, fingerprint } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { createEnvSink } from '../src/sink.ts';
import { call, CANARY, contextFor, entry, NAME, openSink, temporaryFolder } from './context.ts';
import { hooked } from './operations.ts';

const ID = `${NAME}_ID`;

async function open(text: string | undefined, name = '.env') {
  const folder = temporaryFolder();
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text, { mode: 0o600 });
  return { folder, path, sink: await openSink(`env:${name}`, folder) };
}

describe('check', () => {
  it('tells what is there, and when it was changed', async () => {
    const { sink, path, folder } = await open(`${NAME}=old\n`);
    const updatedAt = statSync(path).mtime.toISOString();
    expect(await sink.check([ID, NAME], call)).toEqual({
      present: [{ name: NAME, updatedAt }],
      place: join(realpathSync(folder), '.env'),
      warnings: [],
    });
    expect(readFileSync(path, 'utf8')).toBe(`${NAME}=old\n`);
  });

  it('warns of a file that others may read, or that has another name', async () => {
    const { sink, path, folder } = await open('');
    chmodSync(path, 0o644);
    linkSync(path, join(folder, 'other'));
    const { warnings } = await sink.check([NAME], call);
    expect(warnings).toEqual([
      expect.stringContaining('chmod 600'),
      expect.stringContaining('hard link'),
    ]);
  });

  it('warns where keyturn wrote before and nothing is left: it might be the file of another machine', async () => {
    const [empty, half, none] = [await open(''), await open(`${NAME}=x\n`), await open(undefined)];
    const known = { ...call, known: true };
    const gone = [expect.stringMatching(/another machine/)];
    expect((await empty.sink.check([ID, NAME], known)).warnings).toEqual(gone);
    expect((await none.sink.check([ID, NAME], known)).warnings).toEqual(gone);
    expect((await half.sink.check([ID, NAME], known)).warnings).toEqual([]);
    expect((await empty.sink.check([ID, NAME], call)).warnings).toEqual([]);
  });

  it('warns of a file that git does not ignore', async () => {
    const { sink, folder } = await open('');
    execFileSync('git', ['init', '-q'], { cwd: folder });
    expect((await sink.check([NAME], call)).warnings).toEqual([
      expect.stringContaining('git does not ignore it'),
    ]);
    writeFileSync(join(folder, '.gitignore'), '.env\n');
    expect((await sink.check([NAME], call)).warnings).toEqual([]);
  });

  it('ends when it is interrupted, though the file system hangs', async () => {
    const controller = new AbortController();
    const operations = hooked((step) => {
      if (step !== 'list folder') return undefined;
      controller.abort();
      return new Promise(() => {});
    });
    const sink = await createEnvSink(operations).open('env:.env', contextFor(temporaryFolder()));
    const checked = errorOf(sink.check([NAME], { signal: controller.signal }));
    expect(await checked).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
  });

  it('finds what a delivery could not change', async () => {
    const { sink } = await open(`A= \n${NAME}=old\n`);
    await expect(sink.check([NAME], call)).rejects.toMatchObject({ code: 'FILE_UNSAFE' });
  });
});

describe('confirm', () => {
  it('reads every line that sets the name', async () => {
    const { sink } = await open(`${NAME}=old\n${NAME}='new'\n`);
    expect(await sink.confirm([entry(NAME, 'new')], {}, call)).toBe('different');
  });

  it('does not guess what only running the file would tell', async () => {
    const { sink } = await open(`export ${NAME}="$(cat token)"\n`, '.envrc');
    expect(await sink.confirm([entry(NAME, 'new')], {}, call)).toBe('unreadable');
  });

  it('without values, knows what was delivered by its fingerprint', async () => {
    const { sink, path } = await open('A=1\n');
    const receipt = await sink.deliver([entry(ID, 'id'), entry(NAME, CANARY)], call);
    const blind = [{ name: ID }, { name: NAME }];
    expect(await sink.confirm(blind, { receipt }, call)).toBe('same');
    expect(await sink.confirm([...blind, { name: 'OTHER' }], { receipt }, call)).toBe('absent');
    expect(await sink.confirm(blind, { receipt, since: ANY_TIME }, call)).toBe('same');

    // Somebody else's change of another line is none of ours; neither is when it was made.
    writeFileSync(path, `${readFileSync(path, 'utf8')}B=2\n`);
    utimesSync(path, new Date(0), new Date(0));
    expect(await sink.confirm(blind, { receipt }, call)).toBe('same');

    for (const line of [`${NAME}=other`, `export ${NAME}=other`]) {
      const text = readFileSync(path, 'utf8');
      const { mtime } = statSync(path);
      for (const changed of [`${line}\n${text}`, `${text}${line}\n`]) {
        writeFileSync(path, changed);
        utimesSync(path, mtime, mtime);
        expect(await sink.confirm(blind, { receipt }, call)).toBe('different');
      }
      writeFileSync(path, text);
    }
  });

  it('without values, knows nothing of a delivery that left no fingerprint', async () => {
    const { sink, path } = await open(`${NAME}=${CANARY}\n`);
    const at = statSync(path).mtime.toISOString();
    const blind = [{ name: NAME }];
    for (const receipt of [undefined, { at }, { at, stamps: { [ID]: fingerprint(CANARY) } }])
      expect(await sink.confirm(blind, { receipt }, call)).toBe('unreadable');
    const stamps = { [NAME]: fingerprint(CANARY) };
    expect(await sink.confirm(blind, { receipt: { at, stamps } }, call)).toBe('same');
  });

  it('tells that there is no file, nor a folder', async () => {
    const { sink, folder } = await open(undefined);
    const below = await openSink('env:missing/.env', folder);
    for (const one of [sink, below])
      expect(await one.confirm([entry(NAME, CANARY)], {}, call)).toBe('absent');
  });
});

describe('holds', () => {
  it.each([
    ['a pair', `${ID}=tkn1\n${NAME}='${CANARY}'\n`, [ID, NAME], { id: 'tkn1', tail: 'NARY' }],
    [
      'the last of several lines',
      `${ID}=a\n${ID}=b\n${NAME}=xyz1234\n`,
      [ID, NAME],
      { id: 'b', tail: '1234' },
    ],
    ['a joined one', `${NAME}="tkn1:${CANARY}"\n`, [NAME], { id: 'tkn1' }],
    ['one without an id', `${NAME}=${CANARY}\n`, [NAME], undefined],
    ['half a pair', `${ID}=tkn1\n`, [ID, NAME], undefined],
    ['none', undefined, [ID, NAME], undefined],
  ])('gives a hint of %s', async (_, text, names, hint) => {
    const { sink } = await open(text);
    expect(await sink.holds?.(names, call)).toEqual(hint);
  });

  it.each([
    ['dotenv', `${ID}="a" # "b"\n${NAME}=xyz1234 # why\n`, 'a', '1234'],
    ['shell', `export ${ID}=a'b'\n${NAME}=xyz12\\34 # why\n`, 'ab', '1234'],
    ['docker', `${ID}="a"\n${NAME}=xyz # why\n`, '"a"', ' why'],
    ['systemd', `${ID}="a" "b"\n${NAME}=xyz\\\n1234\n`, 'ab', '1234'],
  ])('reads as %s does', async (format, text, id, tail) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'app'), text);
    const sink = await openSink(`env:app?format=${format}`, folder);
    expect(await sink.holds?.([ID, NAME], call)).toEqual({ id, tail });
    const stored = await sink.confirm([entry(ID, id)], {}, call);
    expect(stored).toBe('same');
  });
});
