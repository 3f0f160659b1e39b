import type { Runtime } from '../runtime.ts';
import type { RoleBackend } from './planetscale/role-backend.ts';
import type { Addresses, ProviderName } from './provider.ts';

/** How far a provider's own clocks are from real time, and what it shows of them. */
export interface ClockSettings {
  /** Of the clock that stamps what is stored: `updated_at`, in milliseconds. */
  readonly storageOffsetMs: number;
  /** Of the clock of the servers in front: the `Date` header, rate limits, signed assertions, in milliseconds. */
  readonly frontOffsetMs: number;
  /** Stamps are rounded down to this many milliseconds. */
  readonly resolutionMs: number;
  /** Reads show what was so many milliseconds ago, as a replica does that lags behind. */
  readonly readLagMs: number;
  /** Answers have no `Date` header. */
  readonly omitDate: boolean;
  /** What is stored is shown without its times. */
  readonly omitStamps: boolean;
}

/** A time by two clocks: the real one, and what the provider shows of it. ISO 8601, in UTC. */
export interface Moment {
  readonly real: string;
  readonly shown: string;
}

/** A provider's clocks. A stamp keeps what the clock showed when it was made, whatever becomes of the clock. */
export interface Clocks {
  settings: ClockSettings;
  readonly now: () => Moment;
  readonly at: (real: string) => Moment;
  /** The time by the servers in front, in milliseconds since the epoch. */
  readonly front: () => number;
  /** The real time that reads show now, in milliseconds since the epoch. */
  readonly readTime: () => number;
  /** Times as fields of an answer; nothing at all where they are left out. */
  readonly stamps: (
    fields: Readonly<Record<string, Moment | null>>,
    format?: (iso: string) => string,
  ) => object;
}

/** What a provider runs on: real time and randomness as everywhere, and its own clocks. */
export interface ProviderRuntime extends Runtime {
  readonly clocks: Clocks;
  readonly addresses: Addresses;
  /** Where PlanetScale's Postgres roles are made. */
  readonly roles: RoleBackend;
}

const rest = { readLagMs: 0, omitDate: false, omitStamps: false };

/**
 * No two clocks agree, so that what compares them is noticed. GitHub and PlanetScale show whole seconds (the examples of their
 * descriptions have no others), and so do IAM and S3 (an HTTP date has no others); GitLab and CircleCI show milliseconds.
 */
export const usualClocks: Readonly<Record<ProviderName, ClockSettings>> = {
  planetscale: { storageOffsetMs: -1400, frontOffsetMs: 800, resolutionMs: 1000, ...rest },
  github: { storageOffsetMs: 1300, frontOffsetMs: -900, resolutionMs: 1000, ...rest },
  gitlab: { storageOffsetMs: -1100, frontOffsetMs: 600, resolutionMs: 1, ...rest },
  circleci: { storageOffsetMs: 1500, frontOffsetMs: -700, resolutionMs: 1, ...rest },
  aws: { storageOffsetMs: 700, frontOffsetMs: -300, resolutionMs: 1000, ...rest },
  s3: { storageOffsetMs: -500, frontOffsetMs: 400, resolutionMs: 1000, ...rest },
};

export function createClocks({ clock }: Runtime, settings: ClockSettings): Clocks {
  const clocks: Clocks = {
    settings,
    now: () => clocks.at(new Date(clock()).toISOString()),
    at(real) {
      const { storageOffsetMs, resolutionMs } = clocks.settings;
      const time = Date.parse(real) + storageOffsetMs;
      return { real, shown: new Date(time - modulo(time, resolutionMs)).toISOString() };
    },
    front: () => clock() + clocks.settings.frontOffsetMs,
    readTime: () => clock() - clocks.settings.readLagMs,
    stamps(fields, format = (iso) => iso) {
      if (clocks.settings.omitStamps) return {};
      const shown = Object.entries(fields).map(([name, moment]) => [
        name,
        moment === null ? null : format(moment.shown),
      ]);
      return Object.fromEntries(shown) as object;
    },
  };
  return clocks;
}

/** Never negative, also before the epoch. */
const modulo = (time: number, step: number): number => ((time % step) + step) % step;
