import type { Host } from '../host.ts';
import { painter } from '../output/style.ts';
import type { Session } from '@keyturn/host/session';

export interface SearchProgress {
  readonly found: (count: number) => void;
  /** Removes the current status. */
  readonly end: () => void;
}

/** How often a line is written if it cannot be overwritten, in milliseconds. */
const STEP = 10_000;

/** Shows the progress of a search on stderr: on a terminal a line that is overwritten, otherwise a line now and then. */
export function searchProgress(session: Session, { stderr, clock }: Host): SearchProgress {
  const paint = painter(stderr);
  const began = clock.now();
  let told = began;
  let requests = 0;
  let places = 0;
  const seconds = (): string => `${Math.round((clock.now() - began) / 1000)} s`;
  const text = (): string => `${requests} requests, ${places} places found, ${seconds()}`;
  session.onRequest(() => {
    requests++;
    if (stderr.terminal) stderr.write(`\r\u001B[2K  ${paint('dim', `… searching: ${text()}`)}`);
    else if (clock.now() - told >= STEP) {
      told = clock.now();
      stderr.write(`keyturn: searching: ${text()}\n`);
    }
  });
  return {
    found: (count) => {
      places = count;
    },
    end: () => {
      if (stderr.terminal) stderr.write('\r\u001B[2K');
      else if (requests > 0) stderr.write(`keyturn: searched: ${text()}\n`);
    },
  };
}
