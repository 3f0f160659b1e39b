import { printable } from '@keyturn/core';
import type { Observation } from '@keyturn/http';

import type { HostEvidence } from '../evidence.ts';

/** A `Date` header has whole seconds, so that the middle of one is the best guess. */
const HALF_A_SECOND = 500;

/** What the answers tell, host by host, while they come. */
export class Hosts {
  readonly #hosts = new Map<string, HostEvidence>();
  /** How many milliseconds the answer took that told the time. */
  readonly #quickest = new Map<string, number>();

  /** @param now when the answer had come, by our clock */
  note({ url, status, date, budget, milliseconds }: Observation, now: number): void {
    const host = printable(new URL(url).host, 100);
    const known = this.#hosts.get(host) ?? { host, requests: 0, answers: 0 };
    const answered = status !== undefined;
    // The sooner an answer came, the less can have passed since its date.
    const isBest = date !== undefined && milliseconds < (this.#quickest.get(host) ?? Infinity);
    if (isBest) this.#quickest.set(host, milliseconds);
    this.#hosts.set(host, {
      ...known,
      requests: known.requests + 1,
      answers: known.answers + (answered ? 1 : 0),
      ...(isBest && { skew: date + HALF_A_SECOND - (now - milliseconds / 2) }),
      ...(budget !== undefined && { budget }),
    });
  }

  get evidence(): HostEvidence[] {
    return [...this.#hosts.values()];
  }
}
