/** The events of which people are notified. */
export const notifyEvents = ['rotated', 'grace-over', 'incomplete', 'due-soon'] as const;
export type NotifyEvent = (typeof notifyEvents)[number];

/** Something to notify people of, once. Nothing in it is secret. */
export interface Occurrence {
  readonly event: NotifyEvent;
  readonly rotation: string;
  /** Unique within the rotation. */
  readonly key: string;
  /** One line, for people. */
  readonly text: string;
  readonly details: {
    /** The token that it is about. */
    readonly token?: { readonly id: string; readonly label: string; readonly issuedAt: string };
    /** The token that was replaced. */
    readonly previous?: string;
    readonly revoked?: readonly string[];
    /** ISO 8601. */
    readonly graceUntil?: string;
    /** ISO 8601. */
    readonly dueAt?: string;
    readonly failedSinks?: readonly string[];
    readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  };
}
