import { availableParallelism } from 'node:os';

import { KeyturnError } from '@keyturn/core';

import { rewrite } from '../../src/rewrite.ts';
import { lastValues } from '../../src/formats/format.ts';
import { formats } from '../../src/formats/formats.ts';
import type { EnvText } from './files/file.ts';
import { judge, type Verdict } from './judge.ts';
import type { Opened, Reader, Reading } from './reader.ts';

/** What a rotation delivers. */
const VALUES: ReadonlyMap<string, string> = new Map([
  ['TOKEN_ID', 'k3v9x0q2abcd'],
  ['TOKEN', 'pscale_tkn_Ab3-dE5_fG7'],
]);

/** One file, and what comes of it. */
export interface Row {
  readonly file: EnvText;
  /** Undefined if keyturn does not change the file. */
  readonly after: string | undefined;
  readonly refusal: string | undefined;
  /** By reader; `untried` if the reader cannot be asked. */
  readonly verdicts: ReadonlyMap<string, Verdict | 'untried'>;
}

/** Changes each file once, and lets each reader read it before and after. */
export async function measure(
  files: readonly EnvText[],
  readers: readonly Opened[],
): Promise<Row[]> {
  const present = readers.filter((reader): reader is Reader => 'read' in reader);
  const rows: Row[] = Array.from({ length: files.length });
  const queue = files.entries();
  const work = async (): Promise<void> => {
    for (const [i, file] of queue) rows[i] = await row(file, present);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return rows;
}

async function row(file: EnvText, readers: readonly Reader[]): Promise<Row> {
  const changed = changedText(file);
  const verdicts = new Map<string, Verdict | 'untried'>();
  if (changed.after !== undefined)
    for (const { name, exports, read } of readers) {
      const [before, after] = [await read(file.text), await read(changed.after)];
      verdicts.set(name, judged(file, changed.after, before, after, exports));
    }
  return { file, ...changed, verdicts };
}

function judged(
  { format, text }: EnvText,
  after: string,
  was: Reading | undefined,
  is: Reading | undefined,
  exports: Reader['exports'],
): Verdict | 'untried' {
  if (was === undefined || is === undefined) return 'untried';
  const [{ text: before }, { text: now }] = [split(text), split(after)];
  const { read, scan } = formats[format];
  const old = scan(before).assignments;
  const meant = new Map([...lastValues({ assignments: old }), ...read(before)]);
  const change = { format, values: VALUES, meant, old, lines: scan(now).assignments };
  return judge(was, is, exports, change);
}

const MARK = '\u00ef\u00bb\u00bf';

function split(text: string): { readonly mark: string; readonly text: string } {
  const mark = text.startsWith(MARK) ? MARK : '';
  return { mark, text: text.slice(mark.length) };
}

function changedText({ format, text }: EnvText): Pick<Row, 'after' | 'refusal'> {
  try {
    const after = rewrite('env:.env', formats[format], split(text), VALUES);
    return { after, refusal: undefined };
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    return { after: undefined, refusal: error.message };
  }
}
