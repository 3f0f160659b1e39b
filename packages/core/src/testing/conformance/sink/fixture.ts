import type { SecretSink } from '../../../index.ts';
import type { Awaitable, Closable, ReceivedRequest } from '../check.ts';

/** The clock that a platform shows, held by the fixture. Let it be far from the one in the sink's context. */
export interface PlatformClock {
  /** What it shows now, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Lets so many milliseconds pass, for its stamps too. */
  readonly advance: (milliseconds: number) => unknown;
}

/** A sink over a backend of its own, with the means to look behind it. Opened afresh for every check. */
export interface SinkFixture extends Closable {
  readonly sink: SecretSink;
  /** Two valid names under which nothing is stored yet. */
  readonly names: readonly [string, string];
  /** The plaintext under a name, read without the sink. It is read while deliveries are under way too. */
  readonly stored: (name: string) => Awaitable<string | undefined>;
  /**
   * Everything in reach that is not stored under `names`, as plain data with at least one thing in it: no call may change it.
   * A secret that appears under any other name has to show here.
   */
  readonly neighbours: () => unknown;
  /** What the backend keeps beside the values under `names` (visibility, masking), as plain data: an update leaves it as it is. */
  readonly metadata?: () => unknown;
  /** Changes that metadata, behind the sink's back, from what new entries get. */
  readonly decorate?: () => unknown;
  /**
   * Stores a value behind the sink's back, so much later than the last write that the backend's stamps tell the two apart.
   */
  readonly foreignWrite?: (name: string, value: string) => unknown;
  /** From now on the backend refuses the sink's credentials. */
  readonly deny?: () => unknown;
  /** The credential that the sink was given. */
  readonly credential?: string;
  /** From now on the backend takes requests and never answers. */
  readonly stall?: () => unknown;
  /** The next write takes effect, and its answer is lost. */
  readonly loseAnswer?: () => unknown;
  /** Every request that the backend has received, in order. */
  readonly requests?: () => Awaitable<readonly ReceivedRequest[]>;
  readonly clock?: PlatformClock;
  /** A sink for another thing of the same platform (another project, another environment), in which nothing is stored. */
  readonly elsewhere?: () => Awaitable<SecretSink>;
}
