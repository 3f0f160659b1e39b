import { printable } from '@keyturn/core';
import type { Observation } from '@keyturn/http';

import type { HostEvidence } from '../evidence.ts';

/** A `Date` header has whole seconds, so the middle of a second is the best guess. */
const HALF_A_SECOND = 500;

/** Collects what responses show, host by host. */
export class Hosts {
  readonly #hosts = new Map<string, HostEvidence>();
  /** How many milliseconds the response with the best time took. */
  readonly #quickest = new Map<string, number>();

  /** @param now when the response arrived, by this machine's clock */
  note({ url, status, date, budget, milliseconds }: Observation, now: number): void {
    const host = printable(new URL(url).host, 100);
    const known = this.#hosts.get(host) ?? { host, requests: 0, answers: 0 };
    const answered = status !== undefined;
    // The faster the response, the less time has passed since its date.
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
