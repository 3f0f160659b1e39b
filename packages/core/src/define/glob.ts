/**
 * Returns a matcher for paths: `*` matches anything within a part of the path, and `**` any number of parts. Ignores case, like
 * the platforms do for repositories and groups.
 *
 * The time is at most proportional to the product of both lengths.
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

/** It is sufficient to retry the last wildcard, because everything before it matched as early as possible. */
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
