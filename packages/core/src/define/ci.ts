import type { Target } from '../contracts/target.ts';

/** What a pipeline must set for an adapter: the variable that it reads, and the secret that contains its value. */
export interface PipelineCredential {
  readonly variable: string;
  /** Must differ from the variable, because the token that is rotated might be stored under that name. */
  readonly secret: string;
  /** What it must be, and be allowed to do, for the comment at the top of the pipeline. */
  readonly about: string;
}

/** The parts of a pipeline. Commands are complete lines for a POSIX shell, without a final line break. */
export interface PipelineRequest {
  /** Returns the comment at the top. `where` says where to store the secrets; `credentials` are those that the pipeline needs. */
  readonly head: (where: string, credentials?: readonly PipelineCredential[]) => string;
  /** What keyturn reads in this pipeline. */
  readonly credentials: readonly PipelineCredential[];
  /** What the adapter of this CI reads, even if no rotation needs it: a job might push the ledger with it. */
  readonly own: readonly PipelineCredential[];
  /** Installs keyturn from a lock file. */
  readonly install: string;
  /** The same in a subshell, without these variables. */
  readonly installWithout: (secrets: readonly string[]) => string;
  /** The value of `KEYTURN_STATE`: a branch of the remote that was checked out, to which the job must be able to push. */
  readonly state: string;
  /** Runs keyturn, which needs `KEYTURN_STATE` and the credentials in its environment. */
  readonly rotate: string;
  /** Unsets all variables except these: whoever starts a pipeline could set variables that decide where credentials are sent. */
  readonly reset: (kept: readonly string[]) => string;
}

/** A pipeline that runs keyturn every day. */
export interface Pipeline {
  /** The path of its file, relative to the root of the checkout. */
  readonly path: string;
  readonly text: string;
  /** Where to write it if `path` is another file, and what to do then. */
  readonly aside?: { readonly path: string; readonly todo: string };
  /** A file that must refer to it. Written if it is missing; if it exists without `mark`, `todo` says what to do. */
  readonly root?: {
    readonly path: string;
    readonly text: string;
    readonly mark: string;
    readonly todo: string;
  };
}

/** The position of a text in a pipeline's YAML: `['jobs', 'deploy', 'steps', 0, 'env', 'TOKEN']`. */
export type PipelinePath = readonly (string | number)[];

/** What a text of a pipeline is for: the value of a variable or an input, or a shell script. */
export interface PipelinePlace {
  /** Absent for a script. */
  readonly variable?: string;
  /** The length of the part of the path that leads to the job or step; 0 for all jobs. */
  readonly depth: number;
}

/** What a value comes from: a secret, a readable variable, a variable of the job, or the text itself. */
export type PipelineSource =
  | { readonly secret: string }
  | { readonly setting: string }
  | { readonly reference: string }
  | { readonly literal: string };

/** How pipelines of a CI system refer to secrets. All functions are pure, and must endure hostile texts. */
export interface PipelineReading {
  /** Undefined for a text that is neither a value nor a script. */
  readonly placeOf: (path: PipelinePath) => PipelinePlace | undefined;
  /** Undefined for an expression that is more than one source. */
  readonly sourceOf: (text: string) => PipelineSource | undefined;
  /** The line that feeds a secret to a variable; undefined if jobs get it without one. */
  readonly lineFor: (variable: string, secret: string) => string | undefined;
  /** Whether jobs get each secret as the variable of its name. @default false */
  readonly isAmbient?: boolean;
  /** The path of a file of the checkout that is included by the text. */
  readonly includeOf?: (path: PipelinePath, text: string) => string | undefined;
}

/** The CI system of a sink's platform, for `init`, `doctor` and `discover`. */
export interface CiSystem {
  /** Its display name: `GitHub Actions`. */
  readonly title: string;
  /** Files or folders that show that a checkout uses it, such as `.github/workflows`. */
  readonly signs: readonly string[];
  /** Whether a target that {@link SinkDefinition.infer} finds shows this, too. @default true */
  readonly isInferred?: boolean;
  /** The files with pipelines, or their folders, relative to the root of a checkout. */
  readonly pipelines: readonly string[];
  /** Whether its pipelines are workflows with pinned actions, permissions of the job's token, and secrets of steps. @default false */
  readonly hasWorkflows?: boolean;
  /** The folder of a pipeline's lock file if the project does not have keyturn: `.github/keyturn`. */
  readonly folder: string;
  /** Where to store the secrets of the pipeline, and what else to set up. Without a period. */
  readonly setUp: string;
  /** Whether a job pushes the branch of the ledger with the credentials of this adapter. @default false */
  readonly pushesWithOwn?: boolean;
  readonly pipeline: (request: PipelineRequest) => Pipeline;
  /** How its pipelines refer to secrets. Without it, they are not read. */
  readonly reading?: PipelineReading;
}

/** The form of a secret, with which `audit` finds leaks. */
export interface LeakForm {
  /** A regular expression without groups that works in JavaScript and `git grep -E`: `pscale_tkn_[A-Za-z0-9_=.-]{16,}`. */
  readonly pattern: string;
  /** The prefix of all secrets. What follows is random, except in placeholders. */
  readonly prefix: string;
}

/** The account of an issuer, as users name it. */
export interface IssuerAccount {
  /** Its option in the configuration: `org`. */
  readonly option: string;
  /** The environment variable that can name it instead. */
  readonly variable: string;
  /** Its display name: `the organization at PlanetScale`. */
  readonly title: string;
  readonly valid: RegExp;
  /** Options that name an account of another sort, and take its place: `group` for `project`. */
  readonly instead?: readonly string[];
}

/** An option that a configuration of an issuer needs beside its account. */
export interface IssuerSetting {
  /** Its name in the configuration: `database`. */
  readonly option: string;
  /** Its display name: `the database at PlanetScale`. */
  readonly title: string;
  readonly valid: RegExp;
  /** What most users have: `main`. Without it, `init` asks for it. */
  readonly usual?: string;
}

/** Returns where to search for secrets near a target: `github:acme` for `github:acme/web`. */
export type ScopeOf = (target: Target) => string;
