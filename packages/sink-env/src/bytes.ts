/** Text as one character for each byte of its UTF-8: the form that files are edited in. */
export function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function decode(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
