import { KeyturnError } from '@keyturn/core';

/** A hundred items each, as the providers have it: a hundred thousand. */
const MOST_PAGES = 1000;
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Takes one page of a list after the other, so that no server keeps a list going for ever or fills the memory: at most 1,000 pages and
 * 256 MiB in all, and no page that was led to before.
 *
 * @param what what is listed, as the start of a message: `gitlab:acme: the list of projects`
 */
export function pageBound(what: string): PageBound {
  const led = new Set<string>();
  let pages = 0;
  let bytes = 0;
  return (size, next) => {
    pages += 1;
    bytes += size;
    if (pages > MOST_PAGES) throw endless(what, `has more than ${MOST_PAGES} pages`);
    if (bytes > MOST_BYTES) throw endless(what, `is longer than ${MOST_BYTES / 1024 / 1024} MiB`);
    if (next === undefined) return;
    if (led.has(next)) throw endless(what, 'leads to the same page twice');
    led.add(next);
  };
}

/**
 * @param size the bytes of the page, see {@link sizeOf}
 * @param next what leads to the next page, if the server says it
 * @throws {KeyturnError} `ANSWER_INVALID`
 */
export type PageBound = (size: number, next?: string) => void;

function endless(what: string, why: string): KeyturnError {
  return new KeyturnError('ANSWER_INVALID', `${what} ${why}, and was not read to its end`, {
    hint: 'Is the address right, and does something in between change answers? For a larger organization, name a smaller part of it.',
    effect: 'none',
  });
}
