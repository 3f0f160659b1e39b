/** Text with one character per byte of its UTF-8 encoding: the form in which files are edited. */
export function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function decode(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
