import type { AnnotatingKind } from '@keyturn/ci';
import type { Drift, FieldNames } from '@keyturn/core';

import type { NotifyEvent } from './events.ts';

/** A configuration as it was read, with every default filled in. */
export interface Config {
  /** The file that it stands in. */
  readonly file: string;
  /** The folder of that file: relative paths start there. */
  readonly directory: string;
  readonly issuer: IssuerConfig;
  /** In the order of the file; at least one. */
  readonly rotations: readonly RotationConfig[];
  /** Who is told what happened; nobody where it is left out. */
  readonly notify?: NotifyConfig;
}

export interface NotifyConfig {
  /** How long before a rotation is due it is told, in milliseconds. @default 7 days */
  readonly dueWithin: number;
  /** At least one. */
  readonly channels: readonly ChannelConfig[];
}

interface AnyChannelConfig {
  /** @default every event */
  readonly on: readonly NotifyEvent[];
  /** Where it is sent to: one of the two, unless the runner of a job shows it. */
  readonly url?: string;
  readonly urlEnv?: string;
}

export type ChannelConfig =
  | (AnyChannelConfig & { readonly format: 'webhook'; readonly secretEnv: string })
  | (AnyChannelConfig & { readonly format: 'slack' })
  | (AnyChannelConfig & { readonly format: AnnotatingKind });

interface IssuerConfig {
  readonly kind: string;
  /** Everything beside `kind`, for the adapter to check. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface RotationConfig {
  readonly name: string;
  /** Milliseconds. @default 90 days */
  readonly maxAge: number;
  /** Milliseconds. @default 1 hour */
  readonly grace: number;
  /** How long a replaced token must not have been used, and when it is revoked all the same; milliseconds. */
  readonly quiet?: { readonly for: number; readonly atMost: number };
  /** @default 'report' */
  readonly drift: Drift;
  /** How long a job may take that tries the new token; milliseconds. */
  readonly canary?: { readonly timeout: number };
  /** Milliseconds. @default 2 minutes */
  readonly settle: number;
  /** Milliseconds, of whole seconds; longer than `grace`. */
  readonly ttl?: number;
  /** Sorted, without duplicates, where they are listed. @default 'copy' */
  readonly permissions: 'copy' | readonly string[];
  /** @default 'pair' */
  readonly layout: 'pair' | 'joined' | 'file' | 'slots';
  /**
   * For `pair` of `id` and `token`, for `joined` of `joined`, for `file` of `file`, for `slots` of `id`, `token` and `slot`; the
   * issuer's own where left out.
   */
  readonly names?: FieldNames;
  /** Targets, patterns and, with a `!`, exclusions from the patterns before them, as they were written; at least one, none twice. */
  readonly sinks: readonly string[];
}
