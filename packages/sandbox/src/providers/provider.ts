import type { Answer } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import type { World } from '../world.ts';
import type { UseToken } from './canary.ts';
import type { ProviderRuntime } from './clocks.ts';

export type ProviderName = 'planetscale' | 'github' | 'gitlab' | 'circleci' | 'aws' | 's3';

/** A server of a provider beside its API: where PlanetScale's databases take queries, and where its Postgres roles log in. */
export type EdgeName = 'planetscaleQuery' | 'planetscalePostgres';

/** The base URL of every server, as far as they listen. */
export type Addresses = Readonly<Partial<Record<ProviderName | EdgeName, string>>>;

/** Where a job runs, as the text of a target: `acme/api` with `environment` `production`. */
export interface JobPlace {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** What a job that starts now can read, by name. */
export interface JobValues {
  readonly secrets: ReadonlyMap<string, string>;
  /** What is not secret: GitHub's variables. */
  readonly variables: ReadonlyMap<string, string>;
}

/** How a job went: `ok` is whether the provider accepted what it read. */
export interface JobResult {
  readonly ok: boolean;
  /** The provider's answer; null where secrets were missing, and nothing was asked. */
  readonly status: number | null;
  /** The id of the credential that the job read. */
  readonly tokenId: string | null;
}

/** One kind of credential, as jobs use it. */
export interface JobUse {
  /** The usual names of its fields. */
  readonly names: Readonly<Record<string, string>>;
  /** Uses what was found under the names, by a request over a socket. `path` is what it asks for, if that can be chosen. */
  run(fields: Readonly<Record<string, string | undefined>>, path?: string): Promise<JobResult>;
}

/** A provider's server with the world that it was opened on. */
export interface OpenProvider {
  answer(call: Call): Promise<Answer>;
  /** What its servers beside the API answer. */
  readonly edges?: Readonly<Partial<Record<EdgeName, (call: Call) => Promise<Answer>>>>;
  /** What jobs do with its credentials, by the name of the kind: `planetscale-password`. */
  readonly uses?: Readonly<Record<string, JobUse>>;
  /** Begins what it needs elsewhere, now that its world is the one that counts. */
  begin?(): Promise<void>;
  /** Its part of the world as it is now, secrets opened. Opened again on it, the provider is the same. */
  state(): unknown;
  /** The environment variables that point keyturn at it. */
  env(url: string): Readonly<Record<string, string>>;
  /** Whether it refuses requests beyond a limit that its answers do not show. */
  isLimited?(): boolean;
  /** What a job reads at a place; undefined for a place that does not exist. Absent where no jobs run. */
  job?(place: JobPlace): JobValues | undefined;
  /**
   * Makes a change that did not come through its API; undefined for a place that does not exist.
   *
   * @throws {TypeError} for a change that makes no sense
   */
  change(change: Change): object | undefined;
}

/** A change behind a provider's back, as `POST /admin` is given it. */
export interface Change {
  readonly op: string;
  /** Where `sink` points, for `write` and `remove`. */
  readonly place: JobPlace;
  /** Everything else that was given. */
  readonly fields: ChangeFields;
}

export interface ChangeFields {
  /** Of a secret, a variable or a token. */
  readonly name?: string;
  readonly value?: string;
  /** Which of GitHub's two `name` is. @default 'secret' */
  readonly kind?: string;
  /** Where `rename` and `transfer` lead. */
  readonly to?: string;
  readonly repo?: string;
  readonly environment?: string;
  readonly project?: string;
  readonly group?: string;
  readonly context?: string;
  readonly id?: string;
  readonly org?: string;
  readonly scopes?: boolean;
  readonly accesses?: readonly string[];
}

/**
 * One provider: a folder with `provider.ts` (this), `world.ts` (the shape of its part of the world), `seed.ts`,
 * `state.ts` (the world while it lives), `auth.ts`, `answers.ts` (its error bodies and lists), `routes.ts`
 * (the table), one file of handlers per subject, `job.ts`, and `change.ts` (what `POST /admin` changes).
 */
export interface Provider {
  readonly name: ProviderName;
  readonly edges?: readonly EdgeName[];
  /** @throws {TypeError} for a world that is not one */
  open(world: World, runtime: ProviderRuntime, use: UseToken): OpenProvider;
}
