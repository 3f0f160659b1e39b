/** The words of a line up to the cursor, and the form of the last one. */
export interface Line {
  readonly words: readonly string[];
  /** The last word as typed, with quotes and backslashes. */
  readonly typed: string;
  readonly quote: '' | '"' | "'";
}

/** Splits a line of bash into words for completion: handles quotes and backslashes, but no expansions. */
export function splitLine(line: string): Line {
  const words: string[] = [];
  let word = '';
  let typed = '';
  let quote: Line['quote'] = '';
  for (let i = 0; i < line.length; i++) {
    const character = line[i] ?? '';
    if (quote === '' && /\s/.test(character)) {
      if (typed !== '') words.push(word);
      word = '';
      typed = '';
      continue;
    }
    typed += character;
    if (character === '\\' && quote !== "'") {
      const next = line[++i] ?? '';
      typed += next;
      word += next;
    } else if (character === quote) {
      quote = '';
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
    } else {
      word += character;
    }
  }
  return { words: [...words, word], typed, quote };
}

/**
 * The replacement for what bash takes for the last word: bash breaks words at some characters of targets, such as colons, unless
 * they are quoted.
 */
export function replacement(value: string, { typed, quote }: Line, breaks: string): string {
  if (quote !== '') return value;
  const at = Math.max(...breaks.split('').map((character) => typed.lastIndexOf(character)), -1);
  const kept = splitLine(typed.slice(0, at + 1)).words.at(-1) ?? '';
  return value
    .slice(kept.length)
    .replaceAll(/[^A-Za-z0-9_@%+=:,./~-]/g, (character) => `\\${character}`);
}
