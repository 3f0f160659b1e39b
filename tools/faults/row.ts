import type { Aim, Trial } from './trial.ts';

/** What a request is for: that decides what comes of a fault. */
export type Purpose =
  | 'look'
  | 'aside'
  | 'create'
  | 'look-up'
  | 'prove'
  | 'prepare'
  | 'write'
  | 'proof'
  | 'settle'
  | 'revoke'
  | 'read'
  | 'search'
  | 'change';

type Provider = 'planetscale' | 'github' | 'gitlab' | 'circleci' | 'aws';

/** One request of one adapter, and how a run comes to make it. */
export interface Row {
  readonly provider: Provider;
  /** The kind of the issuer. @default service tokens */
  readonly issuer?: string;
  /** The server that the request goes to. @default the provider's */
  readonly server?: string;
  /** As the documentation of the provider writes it. */
  readonly request: string;
  readonly purpose: Purpose;
  readonly aim: Omit<Aim, 'provider' | 'act'>;
  /** The sinks of the rotation; the first one is hit. */
  readonly sinks?: readonly string[];
  readonly layout?: 'pair' | 'slots';
  /** In a world whose GitLab instance has no variables yet. */
  readonly isBare?: boolean;
  /** It is a GitHub App that asks. */
  readonly isApp?: boolean;
  /** What else has to happen in the run. */
  readonly beside?: readonly Aim[];
  /** What happens in a run before. */
  readonly before?: readonly Aim[];
  /** A call of an adapter, for a request that no rotation makes. A text that it resolves with is what came of it. */
  readonly call?: (trial: Trial, aims: readonly Aim[]) => Promise<unknown>;
  /** Part of the short run. */
  readonly short?: true;
}
