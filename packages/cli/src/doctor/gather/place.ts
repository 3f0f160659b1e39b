import type { Layout, SecretSink } from '@keyturn/core';
import type { RotationConfig } from '@keyturn/host/config';

/** What a rotation's configuration says of its sinks. */
export type SinkChoice = Pick<RotationConfig, 'name' | 'layout' | 'names' | 'sinks'> &
  Partial<Pick<RotationConfig, 'drift' | 'permissions' | 'issuer' | 'storages'>>;

/** One sink of a rotation, open. */
export interface Place {
  readonly rotation: string;
  readonly sink: SecretSink;
  readonly names: readonly string[];
  /** Undefined if the issuer's adapter could not be loaded. */
  readonly layout: Layout | undefined;
  readonly spellings: readonly Layout[];
}
