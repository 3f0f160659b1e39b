import { type Changes, edit } from './edit.ts';
import type { Format } from './formats/format.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The whole new file. It keeps a byte order mark, unless a changed name is in the first line: most programs read the mark as part of
 * that name.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`, `VALUE_INVALID`
 */
export function rewrite(
  id: string,
  format: Format,
  { mark, text }: Pick<Snapshot, 'mark' | 'text'>,
  changes: Changes,
): string {
  const edited = edit(id, format, text, changes);
  if (mark === '' || format.skipsMark) return `${mark}${edited}`;
  return [text, edited].some((one) => isFirst(format, one, changes)) ? edited : `${mark}${edited}`;
}

function isFirst(format: Format, text: string, changes: Changes): boolean {
  const [first] = format.scan(text).assignments;
  return (
    first !== undefined && changes.has(first.name) && !text.slice(0, first.start).includes('\n')
  );
}
