import type { SecretSink } from '../../../index.ts';
import type { Awaitable, Closable } from '../check.ts';

/** A sink over a backend of its own, with the means to look behind it. Opened afresh for every check. */
export interface SinkFixture extends Closable {
  readonly sink: SecretSink;
  /** Two valid names under which nothing is stored yet. */
  readonly names: readonly [string, string];
  /** The plaintext under a name, read without the sink. */
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
  /** Stores a value behind the sink's back, at a later moment than the last write by the backend's own clock. */
  readonly foreignWrite?: (name: string, value: string) => unknown;
  /** From now on the backend refuses the sink's credentials. */
  readonly deny?: () => unknown;
  /** The credential that the sink was given. */
  readonly credential?: string;
  /** From now on the backend takes requests and never answers. */
  readonly stall?: () => unknown;
  /** The next write takes effect, and its answer is lost. */
  readonly loseAnswer?: () => unknown;
}
