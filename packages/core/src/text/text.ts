import { withoutCommands } from './commands.ts';
import { withoutSecrets } from './known.ts';

const LIMIT = 500;
/** Read beyond the limit, to find a secret at the end. */
const BEYOND = 1000;

/**
 * Makes foreign text safe to print: blanks the secrets of this process, escapes control, formatting (bidirectional) and
 * line-breaking characters (`\u001b`) and the commands of CI runners, and truncates to `limit` characters (500 by default).
 */
export function printable(text: string, limit: number = LIMIT): string {
  const blanked = withoutSecrets(text.slice(0, limit + BEYOND));
  const isLong = Math.min(text.length, blanked.length) > limit || text.length > limit + BEYOND;
  const cut = isLong ? `${blanked.slice(0, limit)}…` : blanked;
  return withoutCommands(withoutControls(cut, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu));
}

/** Escapes the characters that control terminals or logs, except line breaks and tabs. JSON documents keep their meaning. */
export function withoutControls(
  text: string,
  characters = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
): string {
  return text.replaceAll(characters, (character) =>
    Array.from({ length: character.length }, (_, at) => escapeOf(character.charCodeAt(at))).join(
      '',
    ),
  );
}

/** JSON escapes each half of a surrogate pair. */
function escapeOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/** Returns the candidate that is most similar to `word`, or undefined if none is similar enough. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < (best?.distance ?? Infinity)) best = { candidate, distance };
  }
  const tolerated = Math.max(1, Math.floor(word.length / 3));
  return best !== undefined && best.distance <= tolerated ? best.candidate : undefined;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const table = Array.from({ length: (a.length + 1) * width }, (_, i) =>
    i < width ? i : i % width === 0 ? i / width : 0,
  );
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const substitution = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(i - 2, j - 2) + 1);
      table[i * width + j] = least;
    }
  }
  return at(a.length, b.length);
}
