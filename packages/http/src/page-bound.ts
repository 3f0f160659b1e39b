import { listTooLarge, pageRepeated, tooManyPages } from './messages.ts';

/** At the providers' 100 items per page: 100,000 items. */
const MOST_PAGES = 1000;
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Counts the pages of a list, so that no server can keep a list going forever or fill the memory: at most 1,000 pages, at most
 * 256 MiB, and no page twice.
 *
 * @param what what is listed, as the start of a message: `gitlab:acme: the list of projects`
 */
export function pageBound(what: string): PageBound {
  const seen = new Set<string>();
  let pages = 0;
  let bytes = 0;
  return (size, next) => {
    pages += 1;
    bytes += size;
    if (pages > MOST_PAGES) throw tooManyPages(what, MOST_PAGES);
    if (bytes > MOST_BYTES) throw listTooLarge(what, MOST_BYTES);
    if (next === undefined) return;
    if (seen.has(next)) throw pageRepeated(what);
    seen.add(next);
  };
}

/**
 * @param size the size of the page in bytes, see {@link sizeOf}
 * @param next the cursor or URL of the next page, if the server gives one
 * @throws {KeyturnError} `ANSWER_INVALID`
 */
export type PageBound = (size: number, next?: string) => void;
