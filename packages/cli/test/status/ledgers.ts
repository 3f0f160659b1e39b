import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { systemClock, systemRandom, type Clock, type TokenRef } from '@keyturn/core';
import {
  chain,
  EMPTY,
  revisionOf,
  type LedgerRecord,
  type RotationEvent,
  type StateStore,
  type Summary,
} from '@keyturn/core/ledger';
import { applyRecords, emptyState, Ledger, summarise } from '@keyturn/core/unstable';
import { fileStore } from '@keyturn/store-file';

import { noteNamed } from '../../../host/src/requests/named.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const DAY = 86_400_000;

const nothing: Summary = { tokens: [], sinks: [], attempts: [] };

/** A rotation's past, told in few words. Times are in days before now. */
export class Story {
  readonly past: [number, RotationEvent][] = [];
  readonly now: number;
  readonly name: string;
  readonly sinks: readonly string[];

  constructor(name: string, sinks: readonly string[], now: number) {
    this.name = name;
    this.sinks = sinks;
    this.now = now;
  }

  at(daysAgo: number, ...events: readonly RotationEvent[]): this {
    for (const event of events) this.past.push([daysAgo, event]);
    return this;
  }

  token(id: string, daysAgo: number, ttlDays?: number): TokenRef {
    const issuedAt = this.now - daysAgo * DAY;
    const expiresAt =
      ttlDays === undefined ? {} : { expiresAt: new Date(issuedAt + ttlDays * DAY).toISOString() };
    return {
      id,
      label: `keyturn-${this.name}-${id}`,
      issuedAt: new Date(issuedAt).toISOString(),
      ...expiresAt,
    };
  }

  open(daysAgo: number): this {
    return this.at(daysAgo, { type: 'opened', rotation: this.name, summary: nothing });
  }

  /** A new chapter, which carries over what still matters. */
  reopened(daysAgo: number): this {
    const summary = summarise(applyRecords(emptyState, recordsOf(this)));
    return this.at(daysAgo, { type: 'opened', rotation: this.name, summary });
  }

  adopted(id: string, daysAgo: number): this {
    const permissions = ['read_organization'];
    return this.open(daysAgo).at(daysAgo, {
      type: 'adopted',
      token: this.token(id, daysAgo),
      sinks: this.sinks,
      permissions,
    });
  }

  started(id: string, daysAgo: number, reason = 'age'): this {
    return this.at(daysAgo, { type: 'started', label: `keyturn-${this.name}-${id}`, reason });
  }

  issued(id: string, daysAgo: number, ttlDays?: number): this {
    const token = this.token(id, daysAgo, ttlDays);
    return this.at(daysAgo, { type: 'issued', label: token.label, token });
  }

  /** Up to the moment before the first sink is written. */
  proved(id: string, daysAgo: number, ttlDays?: number): this {
    return this.started(id, daysAgo)
      .issued(id, daysAgo, ttlDays)
      .at(
        daysAgo,
        { type: 'granted', token: id, permissions: ['read_organization'] },
        { type: 'verified', token: id },
      );
  }

  sent(id: string, sink: string, daysAgo: number): this {
    return this.at(daysAgo, { type: 'sending', token: id, sink });
  }

  delivered(id: string, sink: string, daysAgo: number): this {
    return this.sent(id, sink, daysAgo).answered(id, sink, daysAgo);
  }

  answered(id: string, sink: string, daysAgo: number): this {
    const receipt = { at: new Date(this.now - daysAgo * DAY).toISOString() };
    return this.at(daysAgo, { type: 'delivered', token: id, sink, receipt });
  }

  /** Into every sink, up to the start of the grace. */
  completed(id: string, daysAgo: number, ttlDays?: number): this {
    this.proved(id, daysAgo, ttlDays);
    for (const sink of this.sinks) this.sent(id, sink, daysAgo);
    const later = daysAgo - (3 * SECOND) / DAY;
    for (const sink of this.sinks) this.answered(id, sink, later);
    return this.at(later, { type: 'completed', token: id });
  }

  revoked(id: string, daysAgo: number): this {
    return this.at(daysAgo, { type: 'revoking', token: id }, { type: 'revoked', token: id });
  }

  /** A whole rotation; the replaced token is revoked an hour later. */
  rotated(id: string, old: string, daysAgo: number, ttlDays?: number): this {
    return this.completed(id, daysAgo, ttlDays)
      .revoked(old, daysAgo - (62 * MINUTE) / DAY)
      .at(daysAgo - (62 * MINUTE) / DAY, { type: 'finished' });
  }
}

/** The records that those events make. */
export function recordsOf({ past, now }: Story): LedgerRecord[] {
  const records: LedgerRecord[] = [];
  for (const [daysAgo, event] of past) {
    const last = records.at(-1);
    const at = new Date(now - daysAgo * DAY).toISOString();
    records.push(...chain(last === undefined ? EMPTY : revisionOf(last), [event], at));
  }
  return records;
}

/** Writes the ledgers below `.keyturn`, and a configuration of their rotations, as runs of those days would have. */
export async function writeWorld(
  folder: string,
  stories: readonly Story[],
  settings: Readonly<Record<string, object>> = {},
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const rotations = Object.fromEntries(
    stories.map(({ name, sinks }) => [name, { sinks, ...settings[name] }]),
  );
  const config = { issuer: { kind: 'planetscale', org: 'acme' }, rotations };
  await writeFile(join(folder, 'keyturn.config.json'), JSON.stringify(config));
  const location = join(folder, '.keyturn');
  for (const story of stories) {
    await writeLedger(location, story);
    await nameTokens(folder, location, story);
  }
}

/** As the user did on this machine, whose home is the folder. */
async function nameTokens(home: string, location: string, { name, past }: Story): Promise<void> {
  const about = { env: { HOME: home }, location, rotation: name, issuer: 'planetscale:acme' };
  for (const [, event] of past)
    if (event.type === 'adopted') await noteNamed(about, { token: event.token.id });
}

/** The store of those ledgers; its clock is the machine's unless another is given. */
export function openLedgers(location: string, clock: Clock = systemClock): Promise<StateStore> {
  return fileStore.open(location, {
    env: {},
    fetch: () => Promise.reject(new Error('no request is made')),
    clock,
    random: systemRandom,
    directory: location,
    allow: new Set(),
  });
}

async function writeLedger(location: string, { name, past, now }: Story): Promise<void> {
  let time = now;
  const clock = { now: () => time, sleep: () => Promise.resolve() };
  const ledger = await Ledger.open(await openLedgers(location, clock), name, {
    owner: 'test',
    clock,
  });
  try {
    for (const [daysAgo, event] of past) {
      time = now - daysAgo * DAY;
      await ledger.append(event);
    }
  } finally {
    await ledger.release();
  }
}
