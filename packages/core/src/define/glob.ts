/**
 * Makes a test for paths: `*` stands for anything within one part of a path, `**` as a part for any number of parts. The case
 * of letters is ignored, as the platforms ignore it in the names of repositories and groups.
 *
 * It takes time in proportion to the lengths multiplied, whatever the pattern.
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  const parts = pattern.toLowerCase().split('/');
  return (path) =>
    matchAll(parts, path.toLowerCase().split('/'), (part) => part === '**', matchPart);
}

function matchPart(pattern: string, part: string): boolean {
  return matchAll(
    pattern,
    part,
    (character) => character === '*',
    (a, b) => a === b,
  );
}

/** Only the last wildcard is ever tried again, which is enough: what came before it matched as early as it could. */
function matchAll(
  pattern: ArrayLike<string>,
  items: ArrayLike<string>,
  isWild: (part: string) => boolean,
  fits: (part: string, item: string) => boolean,
): boolean {
  let at = 0;
  let wild = -1;
  let resume = 0;
  for (let i = 0; i < items.length;) {
    const part = pattern[at];
    if (part !== undefined && isWild(part)) {
      wild = at++;
      resume = i;
    } else if (part !== undefined && fits(part, items[i] ?? '')) {
      at++;
      i++;
    } else if (wild >= 0) {
      at = wild + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (at < pattern.length && isWild(pattern[at] ?? '')) at++;
  return at === pattern.length;
}
