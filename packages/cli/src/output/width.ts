const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const NARROW = /^[\u0020-\u024f]*$/;

let segmenter: Intl.Segmenter | undefined;

/** The width of a text in columns of a terminal: ideographs and emoji take two. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  return graphemes(text).reduce((width, one) => width + widthOf(one), 0);
}

/** Cuts a text that is longer than `room` columns, and ends it with `…`. */
export function cut(text: string, room: number): string {
  if (displayWidth(text) <= room) return text;
  let width = 0;
  let kept = '';
  for (const one of graphemes(text)) {
    width += widthOf(one);
    if (width > room - 1) break;
    kept += one;
  }
  return `${kept}…`;
}

/** Pads a text with spaces to `room` columns. */
export function pad(text: string, room: number): string {
  return text + ' '.repeat(Math.max(0, room - displayWidth(text)));
}

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function widthOf(grapheme: string): number {
  return WIDE.test(grapheme) ? 2 : 1;
}
