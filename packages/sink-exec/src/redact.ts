/** What is shared by chance is shorter. */
const SHORTEST = 8;
const HIDDEN = '[secret]';

/**
 * Blanks out every part of a text that is also a part of one of the values: as it is, escaped, URL-encoded, hexadecimal
 * or base64.
 *
 * Parts count, since a program may print one half of `id:token`, or one line of a dotenv text. A value of fewer than
 * eight characters is blanked where it stands whole.
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
  // Inside a longer text base64 depends on where the value starts; what its neighbours change is cut off.
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
