import type { AnnotatingKind } from '@keyturn/ci';
import type { Drift, FieldNames } from '@keyturn/core';

import type { NotifyEvent } from './events.ts';

/** A configuration with all defaults. */
export interface Config {
  /** The file that contains it. */
  readonly file: string;
  /** The folder of that file: relative paths start here. */
  readonly directory: string;
  readonly issuer: IssuerConfig;
  /** In the order of the file; at least one. */
  readonly rotations: readonly RotationConfig[];
  /**
   * Where the ledgers are if `KEYTURN_STATE` is not set, as it was written: a folder, relative to `directory`, or an address without a
   * password. Its scheme is not checked here.
   */
  readonly state?: string;
  /** Who is notified; nobody if left out. */
  readonly notify?: NotifyConfig;
  /** Where a key or its value is written, for errors: `FILE:LINE:COLUMN`, or only the file of a module. */
  readonly locate: (path: readonly (string | number)[], part?: 'key' | 'value') => string;
}

export interface NotifyConfig {
  /** How long before a rotation is due people are notified, in milliseconds. @default 7 days */
  readonly dueWithin: number;
  /** Empty if there is only a heartbeat. */
  readonly channels: readonly ChannelConfig[];
  /** The variable with the address that is requested after every good run. */
  readonly heartbeat?: { readonly urlEnv: string };
}

interface AnyChannelConfig {
  /** @default every event */
  readonly on: readonly NotifyEvent[];
  /** The address: exactly one of the two, or none if the runner of a job shows the notification. */
  readonly url?: string;
  readonly urlEnv?: string;
}

export type ChannelConfig =
  | (AnyChannelConfig & { readonly format: 'webhook'; readonly secretEnv: string })
  | (AnyChannelConfig & { readonly format: 'slack' })
  | (AnyChannelConfig & { readonly format: AnnotatingKind });

export interface IssuerConfig {
  readonly kind: string;
  /** All keys but `kind`; the adapter checks them. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The issuers of these rotations, each once. */
export function issuersOf(
  { issuer: ofAll }: Pick<Config, 'issuer'>,
  rotations: readonly RotationConfig[],
): readonly IssuerConfig[] {
  return [...new Set([ofAll, ...rotations.map(({ issuer = ofAll }) => issuer)])];
}

/** How the credential is stored in the places of one entry. */
type Storage = Pick<RotationConfig, 'layout' | 'names'>;

export interface RotationConfig {
  readonly name: string;
  /** The issuer of this rotation. @default the configuration's */
  readonly issuer?: IssuerConfig;
  /** Milliseconds. @default 90 days */
  readonly maxAge: number;
  /** Milliseconds. @default 1 hour */
  readonly grace: number;
  /** How long a replaced token must be unused, and when it is revoked anyway, in milliseconds. */
  readonly quiet?: { readonly for: number; readonly atMost: number };
  /** @default 'report' */
  readonly drift: Drift;
  /** How long a job that tries the new token may take, in milliseconds. */
  readonly canary?: { readonly timeout: number };
  /** Milliseconds. @default 2 minutes */
  readonly settle: number;
  /** Milliseconds. @default 1 day */
  readonly pause?: number;
  /** Milliseconds, of whole seconds; longer than `grace`. */
  readonly ttl?: number;
  /** A list is sorted and has no duplicates. @default 'copy' */
  readonly permissions: 'copy' | readonly string[];
  /** @default 'pair' */
  readonly layout: 'pair' | 'joined' | 'file' | 'slots';
  /**
   * Names of the credential's fields for `pair`, such as `id` and `token`; `joined` for `joined`, `file` for `file`, and also `slot` for
   * `slots`. Defaults are the issuer's.
   */
  readonly names?: FieldNames;
  /** Targets, patterns and, with a `!`, exclusions from the patterns before them, as written; at least one, no duplicates. */
  readonly sinks: readonly string[];
  /** By the text of the entry in `sinks`, for entries that store it otherwise. */
  readonly storages?: Readonly<Record<string, Storage>>;
}
