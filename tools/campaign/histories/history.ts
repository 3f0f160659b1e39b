import type { FaultAction } from '../../../packages/sandbox/src/index.ts';
import type { LayoutName } from '../layout.ts';
import type { Point } from '../point.ts';

/** What happens to one request of a run: the nth that fits. */
export interface Mishap {
  /** Changes alone, or every request. */
  readonly to: 'changes' | 'requests';
  readonly after: number;
  readonly action: FaultAction;
}

/** One `keyturn rotate` with what goes wrong. */
export interface Run {
  readonly force: boolean;
  /** The number of the configured sink that alone is meant; of the kind where `kind` says so. */
  readonly filter?: { readonly nth: number; readonly kind: boolean };
  readonly breakGlass?: 'replace-first' | 'revoke-first';
  readonly mishaps: readonly Mishap[];
  readonly point?: Point;
}

/** What a user, a machine or somebody else does. Numbers choose among what there is by then. */
export type Operation =
  | ({ readonly op: 'rotate' } & Run)
  | { readonly op: 'two at once'; readonly runs: readonly [Run, Run] }
  | {
      readonly op: 'abort' | 'adopt';
      readonly mishaps: readonly Mishap[];
      readonly point?: Point;
    }
  | { readonly op: 'names'; readonly naming: number }
  | { readonly op: 'layout'; readonly layout: LayoutName }
  | { readonly op: 'sinks'; readonly sinks: readonly number[] }
  | { readonly op: 'respell'; readonly sink: number }
  | { readonly op: 'server'; readonly server: ServerName }
  | { readonly op: 'account' }
  | { readonly op: 'folder'; readonly how: 'moved' | 'copied' }
  | { readonly op: 'renamed'; readonly point?: Point }
  | { readonly op: 'forget'; readonly nth: number }
  | {
      readonly op: 'foreign write' | 'foreign removal';
      readonly nth: number;
      readonly name: number;
    }
  | { readonly op: 'token deleted' }
  | { readonly op: Other }
  | { readonly op: 'keep a copy of the ledger' | 'restore the copy' | 'lose the ledger' }
  | { readonly op: 'archive' | 'unarchive' | 'rename repository' }
  | { readonly op: 'clocks'; readonly clocks: Clocks }
  | { readonly op: 'wait'; readonly milliseconds: number }
  | { readonly op: 'days pass'; readonly days: number }
  | { readonly op: 'look'; readonly command: Looking };

/** What happens only to some kinds of credentials: somebody else does it, except for `enable`, which is the user's command. */
export type Other =
  | 'foreign disable'
  | 'foreign enable'
  | 'enable'
  | 'another is made'
  | 'another is deleted'
  | 'owns a table'
  | 'reassigned'
  | 'reset in place'
  | 'rotated in place'
  | 'branch renamed'
  | 'the other rotation';

export type ServerName = 'plain' | 'other path' | 'other server';
export type Looking = 'plan' | 'plan --force' | 'status --check' | 'doctor' | 'history' | 'dry run';
export type Clocks = Readonly<Record<string, Readonly<Record<string, number | boolean>>>>;

/** What one history has throughout. */
export interface Settings {
  /** What is rotated. */
  readonly kind: string;
  /** Another rotation replaces the same credential elsewhere. */
  readonly shared: boolean;
  readonly layout: LayoutName;
  readonly sinks: readonly number[];
  readonly grace: string;
  readonly drift: 'report' | 'heal' | 'off';
  /** How many tokens of others the issuer has, so that it lists them in pages. */
  readonly strangers: number;
}

/** A history as plain data: the same seed and number of operations make the same one. */
export interface History {
  readonly seed: number;
  readonly settings: Settings;
  readonly operations: readonly Operation[];
}
