import type { LedgerRecord, RotationEvent } from '@keyturn/core/ledger';

import { incidents } from '../messages.ts';
import { incidentOf } from './incident.ts';
import type { Incident, Story } from './story.ts';

type Draft = { -readonly [Key in keyof Story]: Story[Key] } & {
  sinks: string[];
  proved: string[];
  revoked: { id: string; at: string }[];
  incidents: Incident[];
};

/**
 * Makes stories from records, which are passed in order. With a limit, only the newest stories are kept. What it does not know is
 * shown unchanged.
 */
export class Teller {
  readonly #limit: number;
  readonly #stories: Draft[] = [];
  /** By the token that was replaced and is not revoked yet. */
  readonly #replacing = new Map<string, Draft>();
  /** Tokens whose revocation was announced. */
  readonly #revoking = new Set<string>();
  /** The sinks of the last story. */
  #written = new Set<string>();
  /** The current token, according to the records. */
  #current: string | undefined;
  /** When it was revoked: a leaked token may be revoked before it has a successor. */
  #currentEndedAt: string | null = null;
  #begun = 0;

  constructor(limit: number = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  /** Oldest first. */
  get stories(): readonly Story[] {
    return this.#stories;
  }

  /** How many stories were not kept. */
  get omitted(): number {
    return this.#begun - this.#stories.length;
  }

  /** How many delivered a new token to every sink. */
  rotated = 0;

  /** When that last happened. */
  lastRotatedAt: string | null = null;

  add(record: LedgerRecord): void {
    const { event, at } = record;
    if (event.type === 'opened') this.#current = event.summary.current;
    const last = this.#stories.at(-1);
    const story =
      last === undefined || event.type === 'opened' || (event.type === 'started' && isOver(last))
        ? this.#begin(at)
        : last;
    story.lastAt = at;
    this.#apply(story, event, at);
    const incident = incidentOf(record);
    if (incident !== undefined) story.incidents.push(incident);
  }

  #begin(at: string): Draft {
    const story: Draft = {
      startedAt: at,
      lastAt: at,
      outcome: 'recorded',
      reason: null,
      label: null,
      token: null,
      durationMs: null,
      completedAt: null,
      replaced: null,
      sinks: [],
      proved: [],
      revoked: [],
      incidents: [],
    };
    this.#begun++;
    this.#written = new Set();
    this.#stories.push(story);
    if (this.#stories.length > this.#limit) this.#stories.shift();
    return story;
  }

  #apply(story: Draft, event: RotationEvent, at: string): void {
    switch (event.type) {
      case 'adopted':
        this.#current ??= event.token.id;
        return;
      case 'started':
        story.outcome = 'under-way';
        story.startedAt = at;
        story.reason = event.reason;
        story.label = event.label;
        return;
      case 'issued':
        story.token = event.token.id;
        return;
      case 'declined':
      case 'lost':
      case 'rejected':
      case 'aborted':
        if (story.outcome === 'under-way') story.outcome = event.type;
        return;
      case 'delivered':
        if (!this.#written.has(event.sink)) story.sinks.push(event.sink);
        this.#written.add(event.sink);
        return;
      case 'tried':
        if (event.ok && !story.proved.includes(event.sink)) story.proved.push(event.sink);
        return;
      case 'completed':
        this.#complete(story, event.token, at);
        return;
      case 'revoking':
        if (this.#revoking.has(event.token)) {
          const text = incidents.notRevoked(event.token);
          story.incidents.push({ at, text, kind: 'trouble' });
        }
        this.#revoking.add(event.token);
        return;
      case 'revoked': {
        this.#revoking.delete(event.token);
        story.revoked.push({ id: event.token, at });
        if (event.token === this.#current) this.#currentEndedAt = at;
        const successor = this.#replacing.get(event.token);
        if (successor !== undefined) successor.replaced = { id: event.token, revokedAt: at };
        this.#replacing.delete(event.token);
      }
    }
  }

  #complete(story: Draft, token: string, at: string): void {
    this.rotated++;
    this.lastRotatedAt = at;
    story.outcome = 'rotated';
    story.completedAt = at;
    story.durationMs = Date.parse(at) - Date.parse(story.startedAt);
    if (this.#current !== undefined && this.#current !== token) {
      story.replaced = { id: this.#current, revokedAt: this.#currentEndedAt };
      if (this.#currentEndedAt === null) this.#replacing.set(this.#current, story);
    }
    this.#current = token;
    this.#currentEndedAt = null;
  }
}

function isOver({ outcome }: Story): boolean {
  return outcome !== 'recorded';
}
