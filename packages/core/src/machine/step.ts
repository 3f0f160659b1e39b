import type { Reason } from './due.ts';

/** The next thing to do. */
export type Step =
  | { readonly type: 'lose'; readonly label: string }
  | { readonly type: 'look-up'; readonly label: string; readonly final: boolean }
  | { readonly type: 'abort'; readonly label: string }
  | { readonly type: 'check'; readonly reason: Reason }
  | { readonly type: 'take-over'; readonly token: string }
  | { readonly type: 'look' }
  | { readonly type: 'condemn'; readonly tokens: readonly string[] }
  | { readonly type: 'issue'; readonly reason: Reason }
  | { readonly type: 'grant'; readonly token: string }
  | { readonly type: 'verify'; readonly token: string }
  | { readonly type: 'deliver'; readonly token: string; readonly sinks: readonly string[] }
  | { readonly type: 'complete'; readonly token: string }
  | { readonly type: 'settle'; readonly sinks: readonly string[] }
  | { readonly type: 'try'; readonly token: string; readonly sinks: readonly string[] }
  | { readonly type: 'look-at-use'; readonly tokens: readonly string[] }
  | { readonly type: 'disable'; readonly tokens: readonly string[] }
  | { readonly type: 'revoke'; readonly tokens: readonly string[] }
  | {
      readonly type: 'wait';
      readonly until: number;
      readonly for: 'grace' | 'settle' | 'quiet' | 'pause';
    }
  | { readonly type: 'finish' }
  | { readonly type: 'stop' };
