import { displayWidth } from './width.ts';

/** Breaks text at spaces into lines of at most `width` columns; a longer word gets a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && displayWidth(last) + 1 + displayWidth(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Wrapped lines: the first starts with `first`, which may be coloured, the others with `inner`, which has the same width. */
export function hanging(text: string, room: number, first: string, inner: string): string[] {
  const lines = wrap(text, Math.max(20, room - inner.length));
  return lines.map((line, at) => `${at === 0 ? first : inner}${line}`.trimEnd());
}
