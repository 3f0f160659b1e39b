/** Shorter parts can match by chance. */
const SHORTEST = 8;
const HIDDEN = '[secret]';

/**
 * Replaces every part of a text that is also part of one of the values: plain, escaped, URL-encoded, hexadecimal or base64.
 *
 * Parts count because a program may print one half of `id:token`, or one line of a dotenv text. Values of fewer than eight characters
 * are only replaced as a whole.
 */
export function redact(text: string, values: readonly string[]): string {
  const hidden = new Uint8Array(text.length);
  for (const form of values.flatMap(formsOf)) {
    const width = Math.min(SHORTEST, form.length);
    if (width < 3) continue;
    const windows = new Set<string>();
    for (let at = 0; at + width <= form.length; at++) windows.add(form.slice(at, at + width));
    for (let at = 0; at + width <= text.length; at++)
      if (windows.has(text.slice(at, at + width))) hidden.fill(1, at, at + width);
  }
  let result = '';
  for (let at = 0; at < text.length; at++)
    if (hidden[at] === 0) result += text[at];
    else if (at === 0 || hidden[at - 1] === 0) result += HIDDEN;
  return result;
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const hexadecimal = bytes.toString('hex');
  // Inside a longer text, base64 depends on the offset of the value; cut off the characters that its neighbours affect.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(shift === 0 ? 0 : shift + 1, -1),
  );
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(bytes.toString()),
    hexadecimal,
    hexadecimal.toUpperCase(),
    ...base64.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]),
  ];
}
