import type { AnnotatingKind } from '@keyturn/ci';

/** A number and a unit, such as `90d`, `12h`, `2m` or `1h30m`; `0` for no time. */
export type DurationInput = string | 0;

/** Who issues the tokens. All keys but `kind` go to the issuer's adapter. */
export interface IssuerInput {
  /** The issuer's short name, such as `planetscale`. */
  kind: string;
  [option: string]: unknown;
}

/** The names that the secret is stored under, for each field of the credential. The layout decides which of them apply. */
export interface NamesInput {
  [field: string]: string | string[] | undefined;
  /** Layouts `pair` and `slots`: one or more names for the token's id. @default the issuer's, such as `PLANETSCALE_SERVICE_TOKEN_ID` */
  id?: string | string[] | undefined;
  /** Layouts `pair` and `slots`: one or more names for the token. @default the issuer's, such as `PLANETSCALE_SERVICE_TOKEN` */
  token?: string | string[] | undefined;
  /** Layout `joined`: the name for `id:token`. @default the issuer's, such as `PLANETSCALE_CREDENTIAL` */
  joined?: string | undefined;
  /** Layout `file`: the name for the dotenv text with both. @default the issuer's, such as `PLANETSCALE_ENV` */
  file?: string | undefined;
  /** Layout `slots`: the variable that contains the live slot, A or B. @default the issuer's, such as `PLANETSCALE_SLOT` */
  slot?: string | undefined;
}

/** One token: how long it lives, its permissions and its sinks. */
export interface RotationInput {
  /** Who issues this rotation's tokens. @default the configuration's issuer */
  issuer?: IssuerInput | undefined;
  /** How old a token may get before it is replaced. @default '90d' */
  maxAge?: DurationInput | undefined;
  /**
   * The grace period: how long a replaced token stays valid for jobs that already run. With `quietFor`, until the issuer has not seen
   * it used for that long, but not longer than `atMost`. @default '1h'
   */
  grace?:
    | DurationInput
    | { atLeast: DurationInput; quietFor: DurationInput; atMost: DurationInput }
    | undefined;
  /** How long a replaced token is only disabled, before it is revoked, if its issuer can disable tokens. @default '1d' */
  pause?: DurationInput | undefined;
  /** The settle time: how long a request with a lost answer might still take effect. @default '2m' */
  settle?: DurationInput | undefined;
  /**
   * What to do if the token was overwritten, removed or deleted outside keyturn: report it (exit 6), heal it with a new token, or do
   * not check. @default 'report'
   */
  drift?: 'report' | 'heal' | 'off' | undefined;
  /** Before a replaced token is revoked, a job in each CI must work with the new one. @default no such job */
  canary?:
    | {
        /** How long a job may take. @default '10m' */
        timeout?: DurationInput | undefined;
      }
    | undefined;
  /** Properties of new tokens. */
  token?:
    | {
        /** How long a new token lives if nothing replaces it; longer than `grace`. @default it does not expire */
        ttl?: DurationInput | undefined;
        /**
         * The permissions of a new token: those of its predecessor, or a list such as `['read_organization', 'shop/read_branch']`.
         * @default 'copy'
         */
        permissions?: 'copy' | string[] | undefined;
      }
    | undefined;
  /**
   * How the credential is stored: as two names, one name with `id:token`, one dotenv text, or two names in the slots A and B with a
   * variable that contains the live slot. @default 'pair'
   */
  layout?: 'pair' | 'joined' | 'file' | 'slots' | undefined;
  /** The names that the secret is stored under. @default the issuer's */
  names?: NamesInput | undefined;
  /**
   * The targets that the token is delivered to, such as `github:acme/web`; patterns, such as `github:acme/*`; and exclusions from the
   * patterns before them, such as `!github:acme/legacy-*`. At least one.
   */
  sinks: (string | SinkInput)[];
}

/** A target or a pattern whose places store the credential under other names, or in another layout. */
interface SinkInput {
  to: string;
  /** @default the rotation's */
  names?: NamesInput | undefined;
  /** @default the rotation's */
  layout?: RotationInput['layout'];
}

/** One way to notify people. */
export interface ChannelInput {
  /** A signed webhook, an incoming webhook of Slack or a compatible service, or annotations in the CI that keyturn runs in. @default 'webhook' */
  format?: 'webhook' | 'slack' | AnnotatingKind | undefined;
  /** The address of the webhook: https, or http for loopback. */
  url?: string | undefined;
  /** The variable that contains the address, if the address is secret. */
  urlEnv?: string | undefined;
  /** The variable that contains the secret for signing; required for `webhook`. */
  secretEnv?: string | undefined;
  /** The events to send. @default all */
  on?: ('rotated' | 'grace-over' | 'incomplete' | 'due-soon')[] | undefined;
}

/** Who is notified of what happened: `channels`, `heartbeat` or both. */
export interface NotifyInput {
  /** How long before a rotation is due people are notified. @default '7d' */
  dueWithin?: DurationInput | undefined;
  /** At least one if given. @default none */
  channels?: ChannelInput[] | undefined;
  /** A monitor that is requested after every run that ends with exit code 0, and raises an alarm if nothing comes. @default none */
  heartbeat?:
    | {
        /** The variable that contains the address, which is secret, such as `KEYTURN_HEARTBEAT_URL`. */
        urlEnv: string;
      }
    | undefined;
}

/** The content of a configuration file. */
export interface ConfigInput {
  /** The address of the JSON Schema, for editors only. */
  $schema?: string | undefined;
  /** Who issues the tokens. */
  issuer: IssuerInput;
  /** The rotations by name, each with its own token. At least one. */
  rotations: Record<string, RotationInput>;
  /**
   * Where the ledgers are if `KEYTURN_STATE` is not set: a folder, relative to the configuration, or an address without a password, such
   * as `git:origin#keyturn-ledger`. @default '.keyturn'
   */
  state?: string | undefined;
  /** Who is notified of what happened. @default nobody */
  notify?: NotifyInput | undefined;
  /** Anything: keyturn ignores such keys. In YAML, they hold anchors. */
  [extension: `x-${string}`]: unknown;
}

/** Adds types to a configuration; returns it unchanged. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
