import { stringify } from 'yaml';

/** Items to insert after the last one of a list or mapping. */
export interface Insertion {
  /** The position of the last item. */
  readonly start: number;
  readonly end: number;
  /** The end of the item before it, or of the opening bracket. */
  readonly before: number;
  /** The collection is written in brackets. */
  readonly isFlow: boolean;
  readonly isJson: boolean;
  /** Texts for a list, or objects with one key for a mapping. */
  readonly items: readonly (string | Readonly<Record<string, unknown>>)[];
}

/** The text with all insertions, in the style of the existing text. */
export function splice(text: string, insertions: readonly Insertion[]): string {
  const placed = insertions.map((one) => ({
    at: one.isFlow ? one.end : endOfLine(text, one.end),
    written: one.isFlow ? inFlow(text, one) : inBlock(text, one),
  }));
  let result = text;
  // From the end, so that earlier positions stay valid; two at the same position keep their order.
  for (const { at, written } of placed.toReversed().toSorted((a, b) => b.at - a.at))
    result = result.slice(0, at) + written + result.slice(at);
  return result;
}

function inFlow(text: string, { start, before, items, isJson }: Insertion): string {
  const between = text.slice(before, start).replace(/^\s*,/, '');
  const separator = /^\s*\n[ \t]*$/.test(between) ? `,${between}` : ', ';
  return items.map((item) => `${separator}${flowText(item, isJson)}`).join('');
}

function flowText(item: Insertion['items'][number], isJson: boolean): string {
  if (typeof item === 'string') return JSON.stringify(item);
  const [[key, value] = ['', undefined]] = Object.entries(item);
  return `${isJson ? JSON.stringify(key) : key}: ${JSON.stringify(value)}`;
}

function inBlock(text: string, { start, items }: Insertion): string {
  const [line = ''] = text.slice(text.lastIndexOf('\n', start - 1) + 1).split('\n', 1);
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  const [indent = ''] = /^ */.exec(line) ?? [];
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  return items
    .map((item) => {
      const isText = typeof item === 'string';
      const lines = stringify(isText ? [item] : item, { lineWidth: 0 })
        .trimEnd()
        .split('\n');
      const shift = isText ? indent : ' '.repeat(column);
      return lines.map((each) => `${lineBreak}${shift}${each}`).join('');
    })
    .join('');
}

function endOfLine(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  return found < 0 ? text.length : found > 0 && text[found - 1] === '\r' ? found - 1 : found;
}
