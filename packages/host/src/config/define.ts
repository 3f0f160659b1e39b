import type { AnnotatingKind } from '@keyturn/ci';

/** A number and a unit, such as `90d`, `12h`, `2m` or `1h30m`; `0` for none. */
export type DurationInput = string | 0;

/** Who issues the tokens. Everything beside `kind` goes to that issuer's adapter. */
export interface IssuerInput {
  /** The issuer's short name, such as `planetscale`. */
  kind: string;
  [option: string]: unknown;
}

/** The names that the secret is stored under. Which ones apply is the layout's to say. */
export interface NamesInput {
  /** Layouts `pair` and `slots`: the name that holds the token's id, or several. @default the issuer's own, `PLANETSCALE_SERVICE_TOKEN_ID` */
  id?: string | string[] | undefined;
  /** Layouts `pair` and `slots`: the name that holds the token, or several. @default the issuer's own, `PLANETSCALE_SERVICE_TOKEN` */
  token?: string | string[] | undefined;
  /** Layout `joined`: the name that holds `id:token`. @default the issuer's own, `PLANETSCALE_CREDENTIAL` */
  joined?: string | undefined;
  /** Layout `file`: the name that holds the dotenv text of both. @default the issuer's own, `PLANETSCALE_ENV` */
  file?: string | undefined;
  /** Layout `slots`: the variable that says which slot is live, A or B. @default the issuer's own, `PLANETSCALE_SLOT` */
  slot?: string | undefined;
}

/** One token: how long it lives, what it may do and where it is delivered to. */
export interface RotationInput {
  /** How old a token may get before it is replaced. @default '90d' */
  maxAge?: DurationInput | undefined;
  /**
   * How long a replaced token stays valid for jobs that are running already; with `quietFor` until the issuer has not seen it used for that
   * long, but not longer than `atMost`. @default '1h'
   */
  grace?:
    | DurationInput
    | { atLeast: DurationInput; quietFor: DurationInput; atMost: DurationInput }
    | undefined;
  /** How long a request whose answer was lost may still take effect. @default '2m' */
  settle?: DurationInput | undefined;
  /**
   * What becomes of a token that somebody else overwrote, removed or deleted: said (exit 6), replaced by a new one, or not looked for.
   * @default 'report'
   */
  drift?: 'report' | 'heal' | 'off' | undefined;
  /** Before a replaced token is revoked, a job in each CI has to use the new one. @default no such job */
  canary?:
    | {
        /** How long a job may take. @default '10m' */
        timeout?: DurationInput | undefined;
      }
    | undefined;
  /** What a new token is asked for. */
  token?:
    | {
        /** How long a new token lives when nothing replaces it; longer than `grace`. @default for ever */
        ttl?: DurationInput | undefined;
        /**
         * The permissions of a new token: those of the token that it replaces, or a list such as
         * `['read_organization', 'shop/read_branch']`. @default 'copy'
         */
        permissions?: 'copy' | string[] | undefined;
      }
    | undefined;
  /**
   * How the credential is stored: two names, one name with `id:token`, one dotenv text, or two names in the slots A and B with a
   * variable that says which is live. @default 'pair'
   */
  layout?: 'pair' | 'joined' | 'file' | 'slots' | undefined;
  /** The names that the secret is stored under. @default the issuer's own */
  names?: NamesInput | undefined;
  /**
   * The targets that the token is delivered to, such as `github:acme/web`; patterns, such as `github:acme/*`; and what a pattern
   * before it does not mean, such as `!github:acme/legacy-*`. At least one.
   */
  sinks: string[];
}

/** One way by which people are told. */
export interface ChannelInput {
  /** A signed webhook, an incoming webhook of Slack or one like it, or annotations of the CI that keyturn runs in. @default 'webhook' */
  format?: 'webhook' | 'slack' | AnnotatingKind | undefined;
  /** Where it is sent to: https, but for loopback. */
  url?: string | undefined;
  /** The variable that holds the address, where that is secret by itself. */
  urlEnv?: string | undefined;
  /** The variable that holds the secret that a webhook is signed with; a webhook needs one. */
  secretEnv?: string | undefined;
  /** What is told. @default all of it */
  on?: ('rotated' | 'grace-over' | 'incomplete' | 'due-soon')[] | undefined;
}

/** Who is told what happened. */
export interface NotifyInput {
  /** How long before a rotation is due it is told. @default '7d' */
  dueWithin?: DurationInput | undefined;
  /** At least one. */
  channels: ChannelInput[];
}

/** What a configuration file holds. */
export interface ConfigInput {
  /** For editors only: where the JSON Schema is. */
  $schema?: string | undefined;
  /** Who issues the tokens. */
  issuer: IssuerInput;
  /** The rotations by name, each with a token of its own. At least one. */
  rotations: Record<string, RotationInput>;
  /** Who is told what happened; nobody if left out. */
  notify?: NotifyInput | undefined;
}

/** Gives a configuration its types; returns it as it is. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
