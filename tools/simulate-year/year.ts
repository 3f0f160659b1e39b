import { earlier } from '../../packages/fleet/src/spread.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What bounds a fleet. */
export interface Limits {
  /** Requests a minute at the issuer's account, and how many a rotation makes there. */
  readonly issuer: { readonly perMinute: number; readonly perRotation: number };
  /** Writes an hour with one credential of a platform, how many credentials there are, and writes of a rotation. */
  readonly sink: {
    readonly perHour: number;
    readonly credentials: number;
    readonly perRotation: number;
  };
  /** How many rotations all workers run at a time, and how long one takes, in seconds. */
  readonly workers: { readonly atOnce: number; readonly seconds: number };
}

export interface Fleet {
  readonly rotations: number;
  /** The days in which their tokens are issued, or adopted as if they were new. */
  readonly adoptedWithin: number;
  /** Days. */
  readonly maxAge: number;
  readonly jitter: number;
}

export interface Year {
  /** Rotations that ended. */
  readonly rotated: number;
  /** By the hour in which they began. */
  readonly busiestHour: number;
  readonly busiestDay: number;
  /** Hours that the last one waited, at the busiest time. */
  readonly longestWait: number;
  /** Days that any token got older than its maximum age. */
  readonly tooOld: number;
}

/** How many rotations an hour has room for, and what bounds it. */
export function roomOf({ issuer, sink, workers }: Limits): {
  readonly perHour: number;
  readonly bound: 'issuer' | 'sink' | 'workers';
} {
  const rooms = [
    { bound: 'issuer', perHour: (issuer.perMinute * 60) / issuer.perRotation },
    { bound: 'sink', perHour: (sink.perHour * sink.credentials) / sink.perRotation },
    { bound: 'workers', perHour: (workers.atOnce * 3600) / workers.seconds },
  ] as const;
  return rooms.reduce((least, one) => (one.perHour < least.perHour ? one : least));
}

/** A year of a fleet, hour by hour: what is due waits in a queue that the limits empty. Pure. */
export function simulate(fleet: Fleet, limits: Limits, random: () => number): Year {
  const { rotations, adoptedWithin, maxAge, jitter } = fleet;
  const room = Math.floor(roomOf(limits).perHour);
  const hours = 365 * 24;
  const due: number[][] = Array.from({ length: hours }, () => []);
  const issuedAt = new Float64Array(rotations);
  const ages = Float64Array.from({ length: rotations }, (_, index) =>
    earlier(maxAge * DAY, `rotation-${index}`, jitter),
  );
  for (let index = 0; index < rotations; index++) {
    const adopted = random() * adoptedWithin * DAY;
    issuedAt[index] = adopted;
    due[Math.floor((adopted + (ages[index] ?? 0)) / HOUR)]?.push(index);
  }
  const begun = new Uint32Array(hours);
  const queue: { readonly rotation: number; readonly since: number }[] = [];
  let [first, rotated, longestWait, tooOld] = [0, 0, 0, 0];
  for (let hour = 0; hour < hours; hour++) {
    for (const rotation of due[hour] ?? []) queue.push({ rotation, since: hour });
    const most = Math.min(room, queue.length - first);
    for (let taken = 0; taken < most; taken++) {
      const { rotation, since } = queue[first++] ?? { rotation: 0, since: hour };
      const now = (hour + taken / room) * HOUR;
      tooOld = Math.max(tooOld, (now - (issuedAt[rotation] ?? 0)) / DAY - maxAge);
      longestWait = Math.max(longestWait, hour + taken / room - since);
      issuedAt[rotation] = now;
      due[Math.floor((now + (ages[rotation] ?? 0)) / HOUR)]?.push(rotation);
      rotated++;
    }
    begun[hour] = most;
  }
  const days = Array.from({ length: 365 }, (_, day) =>
    begun.slice(day * 24, day * 24 + 24).reduce((sum, one) => sum + one, 0),
  );
  return {
    rotated,
    busiestHour: begun.reduce((most, one) => Math.max(most, one), 0),
    busiestDay: Math.max(...days),
    longestWait,
    tooOld: Math.max(0, tooOld),
  };
}

/** Hours until every rotation has a new token when all of them leak at once. */
export function breach(rotations: number, limits: Limits): number {
  return rotations / roomOf(limits).perHour;
}
