/**
 * One word of a command that people paste into a shell: bare if every shell reads it as it stands, else in single quotes.
 * zsh looks for a program where a word begins with `=`, and fish for a job where one begins with `%`.
 */
export function shellWord(text: string): string {
  return /^[\w@+:./-][\w@%+=:,./-]*$/.test(text)
    ? text
    : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
