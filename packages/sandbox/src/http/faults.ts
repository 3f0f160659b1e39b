import type { Call } from './call.ts';

/** What happens to a request instead of, or before, what it asked for. Parts may be combined. */
export interface FaultAction {
  /** Answers this at once; nothing is applied. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, or a value that becomes JSON. */
  readonly body?: unknown;
  /** Waits before anything else happens. A client that gives up meanwhile does not stop the effect. */
  readonly delayMs?: number;
  /** Resets the connection; nothing is applied. */
  readonly reset?: boolean;
  /** Applies the effect, then closes the connection without an answer. */
  readonly dropResponse?: boolean;
  /** Resets the connection at once, and applies the effect so many milliseconds later, whatever happened meanwhile. */
  readonly holdMs?: number;
  /** Closes the connection without an answer; nothing is applied. */
  readonly dropRequest?: boolean;
}

/** Which requests something happens to. What is left out fits every request. */
export interface Fault {
  readonly provider?: string;
  readonly method?: string;
  /** A regular expression, tried on the path and on the path with its query. */
  readonly path?: string;
  /** How many requests it happens to; without it, all until the faults are cleared. */
  readonly times?: number;
  /** How many requests that fit are let through first. */
  readonly after?: number;
  readonly action: FaultAction;
}

/** A fault with how many requests have fitted it, and to how many it has happened. */
export type CountedFault = Fault & { readonly seen: number; readonly happened: number };

export interface Faults {
  add(faults: readonly Fault[]): void;
  clear(): void;
  list(): CountedFault[];
  /** The action for a request, if any. The first fault that fits takes it; later ones do not see it. */
  take(provider: string, call: Call): FaultAction | undefined;
}

export function createFaults(): Faults {
  let entries: { fault: Fault; pattern: RegExp; seen: number; happened: number }[] = [];
  return {
    add(faults) {
      const added = faults.map((fault) => ({
        fault,
        pattern: new RegExp(fault.path ?? ''),
        seen: 0,
        happened: 0,
      }));
      entries = [...entries, ...added];
    },
    clear() {
      entries = [];
    },
    list: () => entries.map(({ fault, seen, happened }) => ({ ...fault, seen, happened })),
    take(provider, call) {
      for (const entry of entries) {
        const { fault, pattern } = entry;
        if (fault.provider !== undefined && fault.provider !== provider) continue;
        if (fault.method !== undefined && fault.method.toUpperCase() !== call.method) continue;
        if (!pattern.test(call.path) && !pattern.test(call.target)) continue;
        entry.seen += 1;
        if (entry.seen <= (fault.after ?? 0)) continue;
        if (entry.happened >= (fault.times ?? Infinity)) continue;
        entry.happened += 1;
        return fault.action;
      }
      return undefined;
    },
  };
}
