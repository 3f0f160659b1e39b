import { type Format, type LineBreak, nextLine, type Scan } from './formats/format.ts';
import { continued, notChangeable, notClosed, notReadable, rejectedBy } from './messages.ts';

/** The new value of each name; undefined removes it. Names and values have one character per byte. */
export type Changes = ReadonlyMap<string, string | undefined>;

/**
 * Changes every line that sets one of the names, and adds missing names at the end. Nothing else is touched: what a program reads
 * afterwards is compared with what it read before.
 *
 * @throws {KeyturnError} `FILE_UNSAFE` if the file cannot be changed safely, `VALUE_INVALID`
 */
export function edit(id: string, format: Format, text: string, changes: Changes): string {
  const { assignments } = scanClear(id, format, text, changes.keys());
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
  // If the last line is removed, the one before it ends the file in the same way.
  if (!isEnded) edited = edited.replace(/\r?\n$/, '');
  if (added.length > 0) {
    const lines = added.join(usual);
    const continues = format.continues && CONTINUES.test(edited);
    if (continues && !isEnded) throw continued(id, lineAt(edited, edited.length));
    const gap = continues ? usual : '';
    edited = isEnded ? `${edited}${gap}${lines}${usual}` : `${edited}${usual}${lines}`;
  }
  // Removing names is fine in a file that nobody can read.
  const names = [...changes].flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (names.length > 0) scanFor(id, format, edited, names);
  prove(id, format, text, edited, changes);
  return edited;
}

/** Shells and systemd read a line that ends in a backslash and the next one as one line. */
const CONTINUES = /(?<!\\)(?:\\\\)*\\(?:\r?\n)?$/;

/**
 * The assignments in the file, if they are clear for these names and the program that reads it does not reject all of it.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`
 */
export function scanFor(id: string, format: Format, text: string, names: Iterable<string>): Scan {
  const scan = scanClear(id, format, text, names);
  if (scan.rejected !== undefined)
    throw rejectedBy(id, lineAt(text, scan.rejected.at), scan.rejected);
  return scan;
}

function scanClear(id: string, format: Format, text: string, names: Iterable<string>): Scan {
  const scan = format.scan(text);
  for (const name of ['*', ...names]) {
    const at = scan.unclear.get(name);
    if (at === undefined) continue;
    const line = lineAt(text, at);
    throw name === '*' ? notClosed(id, line) : notChangeable(id, line, name);
  }
  return scan;
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

function prove(id: string, format: Format, before: string, after: string, changes: Changes): void {
  const [was, is] = [format.read(before), format.read(after)];
  for (const [name, value] of changes) if (is.get(name) !== value) throw notReadable(id, name);
  for (const name of new Set([...was.keys(), ...is.keys()]))
    if (!changes.has(name) && was.get(name) !== is.get(name)) throw notReadable(id, name);
}
