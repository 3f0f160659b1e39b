import type { Target } from './target.ts';

/** What a pipeline has to set for an adapter: the variable that it reads, and the secret of the pipeline that fills it. */
export interface PipelineCredential {
  readonly variable: string;
  /** A name of its own: under the variable's, the token that is rotated may be stored. */
  readonly secret: string;
  /** What it must be and what it must be allowed to do, for the comment at the pipeline's head. */
  readonly about: string;
}

/** What a pipeline is made of. Commands are for a POSIX shell, whole lines without a line break at the end. */
export interface PipelineRequest {
  /** The comment at the head. `where` says where the secrets belong; `credentials` are those that the pipeline needs. */
  readonly head: (where: string, credentials?: readonly PipelineCredential[]) => string;
  /** What keyturn reads in this pipeline. */
  readonly credentials: readonly PipelineCredential[];
  /** What this CI's own adapter reads, whether or not a rotation needs it: a pipeline may push with it. */
  readonly own: readonly PipelineCredential[];
  /** Installs keyturn from a lock file. */
  readonly install: string;
  /** The same in a shell of its own, without these variables. */
  readonly installWithout: (secrets: readonly string[]) => string;
  /** Puts the ledger's branch into `.keyturn`. */
  readonly fetchLedger: string;
  readonly rotate: string;
  /** Adds what the run recorded to the branch. */
  readonly keepLedger: string;
  /** Unsets every variable but these: whoever starts a pipeline may set some that decide where credentials are sent. */
  readonly reset: (kept: readonly string[]) => string;
}

/** A pipeline that runs keyturn every day. */
export interface Pipeline {
  /** Where it belongs, from the root of the checkout. */
  readonly path: string;
  readonly text: string;
  /** Where it is written instead if another file is at `path`, and what is left to do then. */
  readonly aside?: { readonly path: string; readonly todo: string };
  /** A file that has to name it: written if it is missing, and `todo` if it does not have `mark` in it. */
  readonly root?: {
    readonly path: string;
    readonly text: string;
    readonly mark: string;
    readonly todo: string;
  };
}

/** The CI system of a sink's platform, as `init`, `doctor` and `discover` need to know it. */
export interface CiSystem {
  /** Its name, for people: `GitHub Actions`. */
  readonly title: string;
  /** Files or folders of a checkout that say that it is in use, such as `.github/workflows`. */
  readonly signs: readonly string[];
  /** Whether a target that {@link SinkDefinition.infer} finds is a sign of it, too. @default true */
  readonly isInferred?: boolean;
  /** The files with pipelines, from the root of a checkout; those in a folder are meant by the folder. */
  readonly pipelines: readonly string[];
  /** Its pipelines are workflows: actions that are pinned, permissions of the job's own token, secrets of steps. @default false */
  readonly hasWorkflows?: boolean;
  /** Where the packages of a pipeline are locked if the project does not have them: `.github/keyturn`. */
  readonly folder: string;
  /** Where a person puts the secrets that the pipeline's head lists, and what else to set up there; without a full stop. */
  readonly setUp: string;
  /** What a pipeline pushes the ledger's branch with is this adapter's own credential. @default false */
  readonly pushesWithOwn?: boolean;
  readonly pipeline: (request: PipelineRequest) => Pipeline;
}

/** How a secret of an adapter looks, so that `audit` finds it where it leaked. */
export interface LeakForm {
  /** An extended regular expression that JavaScript and `git grep -E` read alike, without groups: `pscale_tkn_[A-Za-z0-9_=.-]{16,}`. */
  readonly pattern: string;
  /** What every one begins with. What follows is random, unless it is a placeholder. */
  readonly prefix: string;
}

/** The account of an issuer, as a person names it. */
export interface IssuerAccount {
  /** Its option in the configuration: `org`. */
  readonly option: string;
  /** The environment variable that names it otherwise. */
  readonly variable: string;
  /** What it is, for people: `the organization at PlanetScale`. */
  readonly title: string;
  readonly valid: RegExp;
}

/** Where to look for secrets beside a target: `github:acme` for `github:acme/web`. */
export type ScopeOf = (target: Target) => string;
