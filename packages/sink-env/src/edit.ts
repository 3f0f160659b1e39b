import { KeyturnError } from '@keyturn/core';

import { type Format, type LineBreak, nextLine, type Scan } from './formats/format.ts';

/** The value that each name is to have; undefined removes it. Names and values have one character for each byte. */
export type Changes = ReadonlyMap<string, string | undefined>;

/**
 * Changes every line that sets one of the names, and adds those that are missing at the end. Nothing else is touched: what a
 * program reads afterwards is compared with what it read before.
 *
 * @throws {KeyturnError} `FILE_UNSAFE` where the file cannot be changed with certainty, `VALUE_INVALID`
 */
export function edit(id: string, format: Format, text: string, changes: Changes): string {
  const { assignments } = scanFor(id, format, text, changes.keys());
  const usual: LineBreak = /\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n';
  const missing = new Map(changes);
  let [edited, copied] = ['', 0];
  for (const old of assignments) {
    if (!changes.has(old.name)) continue;
    const value = changes.get(old.name);
    missing.delete(old.name);
    edited += text.slice(copied, old.start);
    copied = value === undefined ? nextLine(text, old.end) : old.end;
    const lineBreak = text[old.end] === '\r' ? '\r\n' : '\n';
    if (value !== undefined) edited += format.line(old.name, value, old, lineBreak, assignments);
  }
  edited += text.slice(copied);
  const isEnded = text === '' || text.endsWith('\n');
  const added = [...missing].flatMap(([name, value]) =>
    value === undefined ? [] : [format.line(name, value, undefined, usual, assignments)],
  );
  // Without the last line, the one before it ends the file as that did.
  if (!isEnded) edited = edited.replace(/\r?\n$/, '');
  if (added.length > 0) {
    const lines = added.join(usual);
    edited = isEnded ? `${edited}${lines}${usual}` : `${edited}${usual}${lines}`;
  }
  prove(id, format, text, edited, changes);
  return edited;
}

/**
 * What stands in the file, where that is clear for these names.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`
 */
export function scanFor(id: string, format: Format, text: string, names: Iterable<string>): Scan {
  const scan = format.scan(text);
  for (const name of ['*', ...names]) {
    const at = scan.unclear.get(name);
    if (at === undefined) continue;
    const line = text.slice(0, at).split('\n').length;
    throw name === '*'
      ? unsafe(
          id,
          `line ${line} opens a quote or a here-document that is never closed`,
          'Close it.',
        )
      : unsafe(
          id,
          `line ${line} sets ${name} in a way that cannot be changed safely`,
          `Give ${name} a line of its own that does nothing else: ${name}=…`,
        );
  }
  return scan;
}

function prove(id: string, format: Format, before: string, after: string, changes: Changes): void {
  const [was, is] = [format.read(before), format.read(after)];
  for (const [name, value] of changes) if (is.get(name) !== value) throw unreadable(id, name);
  for (const name of new Set([...was.keys(), ...is.keys()]))
    if (!changes.has(name) && was.get(name) !== is.get(name)) throw unreadable(id, name);
}

function unreadable(id: string, name: string): KeyturnError {
  return unsafe(
    id,
    `${name} would not be read as it is meant, for what stands elsewhere in the file`,
    'Close every quote, and leave no spaces behind the = of an empty value.',
  );
}

function unsafe(id: string, what: string, hint: string): KeyturnError {
  return new KeyturnError('FILE_UNSAFE', `${id}: ${what}`, { hint, effect: 'none' });
}
