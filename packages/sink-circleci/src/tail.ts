/** What the end of a value, as CircleCI shows it, tells about a value that is known. */
export type TailVerdict = 'equal' | 'other' | 'unknown';

const SHOWN = 4;

/**
 * Compares a value with the end that CircleCI shows. Equal is no proof that the values are: it is four characters.
 *
 * docs: api/v2/openapi.json, the last four ASCII characters. What is shown of a value that is not longer, or that ends
 * in other characters, is not documented, so nothing is told of those.
 */
export function compareTail(value: string, shown: string | undefined): TailVerdict {
  const end = value.slice(-SHOWN);
  if (shown === undefined || value.length <= SHOWN || !/^[\u0020-\u007e]{4}$/.test(end))
    return 'unknown';
  if (!end.endsWith(shown)) return 'other';
  return shown.length === SHOWN ? 'equal' : 'unknown';
}
