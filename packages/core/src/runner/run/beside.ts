import { overlap, type SinkPlace } from '../../ledger/place.ts';

/** What rotations that one program runs side by side must know of each other. */
export interface Beside {
  readonly claims: Claims;
  /** Resolves once every other rotation has ended, or waits here as well; at once after an abort. */
  readonly last: (signal: AbortSignal) => Promise<void>;
}

/** The places that rotations are about to write for the first time: their ledgers do not show them to each other yet. */
export class Claims {
  readonly #places = new Map<string, readonly SinkPlace[]>();

  /** Claims all places, or none: then it returns the name of the rotation that has claimed one of them, and both places. */
  claim(
    rotation: string,
    places: readonly SinkPlace[],
  ): readonly [name: string, place: SinkPlace, other: SinkPlace] | undefined {
    for (const [name, others] of this.#places)
      for (const place of places) {
        const other = others.find((one) => overlap(place, one));
        if (name !== rotation && other !== undefined) return [name, place, other];
      }
    this.#places.set(rotation, places);
    return undefined;
  }
}
