/** The result of comparing a known value with the end that CircleCI shows. */
export type TailVerdict = 'equal' | 'other' | 'unknown';

const SHOWN = 4;

/**
 * Compares a value with the end that CircleCI shows. Equal ends do not prove equal values: they are only four characters.
 *
 * docs: api/v2/openapi.json, the last four ASCII characters. It is not documented what CircleCI shows of values that are not longer or that
 * end in other characters, so those are `unknown`.
 */
export function compareTail(value: string, shown: string | undefined): TailVerdict {
  const end = value.slice(-SHOWN);
  if (shown === undefined || value.length <= SHOWN || !/^[\u0020-\u007e]{4}$/.test(end))
    return 'unknown';
  if (!end.endsWith(shown)) return 'other';
  return shown.length === SHOWN ? 'equal' : 'unknown';
}
