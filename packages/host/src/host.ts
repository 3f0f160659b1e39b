import {
  systemClock,
  systemRandom,
  type Clock,
  type Environment,
  type Progress,
  type Random,
} from '@keyturn/core';

import { findConfig } from './config/find.ts';
import { configurationMissing } from './messages.ts';
import { openPlans } from './requests/plans.ts';
import type { RotationFlags } from './requests/request.ts';
import type { MeasuredReport } from './run/report.ts';
import { runPlans } from './run/run.ts';
import { loadTrusted } from './session/trusted.ts';
import { readStandings, type Standing } from './status/read.ts';
import type { Surroundings } from './surroundings.ts';

/** What a host may use of your program's surroundings. */
export interface HostOptions {
  /** The folder in which the search for the configuration starts; it continues in the folders above. */
  readonly directory: string;
  /** The configuration file, relative to the folder. @default found by its name */
  readonly config?: string;
  /** The variables that adapters read their credentials from: `process.env`, or a part of it. */
  readonly env: Environment;
  /** The number of your user, such as `process.geteuid()`: files of other users are rejected. @default they are not */
  readonly uid?: number;
  /** The name that other runs see: `rotator@node-7`. @default 'keyturn' */
  readonly owner?: string;
  /** Abort it to interrupt a run: pending requests get a bounded time to end, and the ledger stays consistent. */
  readonly signal?: AbortSignal;
  /** Receives warnings for a person, one line each. @default they are dropped */
  readonly warn?: (line: string) => void;
  /** Names of safety checks to turn off, as for `--allow`. */
  readonly allow?: readonly string[];
  readonly clock?: Clock;
  readonly random?: Random;
}

/** A configured rotation. */
export interface ConfiguredRotation {
  readonly name: string;
  /** The kind of its issuer. */
  readonly issuer: string;
  /** Its targets and patterns, as written in the configuration. */
  readonly sinks: readonly string[];
  /** Milliseconds. */
  readonly maxAge: number;
  /** Milliseconds. */
  readonly grace: number;
}

/** What a run does beyond what is due. */
export interface RunOptions {
  /** Names of rotations. @default all */
  readonly rotations?: readonly string[];
  /** Kinds or targets: only these sinks are written, and no token is revoked that other sinks might hold. @default all */
  readonly sinks?: readonly string[];
  /** On first contact of one rotation: the id of the token that jobs use now. */
  readonly replaces?: string;
  /** Rotate even if nothing is due. */
  readonly force?: boolean;
  /** How many rotations run at the same time. @default 8 */
  readonly jobs?: number;
  /** Wait for the grace period, and revoke in this run. */
  readonly wait?: boolean;
  /** Receives every step, record and failure. */
  readonly observe?: (progress: Progress) => void;
}

/** An open host. A method rejects with a `KeyturnError` if it could not begin; later failures are in the reports. */
export interface Host {
  /** The rotations, in the order of the configuration. */
  rotations(): readonly ConfiguredRotation[];
  /** Reports what {@link run} would do now: makes every check, changes nothing. */
  plan(options?: RunOptions): Promise<readonly MeasuredReport[]>;
  /** Does what is due, several rotations at the same time. Can be called at any time, any number of times. */
  run(options?: RunOptions): Promise<readonly MeasuredReport[]>;
  /** The status of rotations, read from their ledgers only: makes no request. */
  status(rotations?: readonly string[]): Promise<readonly Standing[]>;
  /** Interrupts what is running and waits until it has ended. */
  close(): Promise<void>;
}

/**
 * Opens a host for a folder with a configuration.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`, `USAGE_INVALID` if there is no configuration, `FILE_UNSAFE`
 */
export async function openHost(options: HostOptions): Promise<Host> {
  const closing = new AbortController();
  const surroundings = surroundingsOf(options, closing.signal);
  const { directory, env, uid } = surroundings;
  const explicit = options.config === undefined ? {} : { explicit: options.config };
  const file = await findConfig({ directory, env, uid, ...explicit });
  const config = await loadTrusted({ file }, surroundings);
  if (file === undefined || config === undefined) throw configurationMissing(directory);
  const { issuer } = config;
  const underWay = new Set<Promise<unknown>>();
  const track = <Result>(work: Promise<Result>): Promise<Result> => {
    const settled = work.catch(() => {}).finally(() => underWay.delete(settled));
    underWay.add(settled);
    return work;
  };
  const flags = { config: file, sink: [], ...(options.allow && { allow: options.allow }) };
  const run = async (
    { rotations = [], sinks = [], observe, jobs, ...others }: RunOptions,
    more: Partial<RotationFlags>,
  ): Promise<readonly MeasuredReport[]> => {
    const asked = {
      ...flags,
      ...others,
      ...more,
      sink: sinks,
      ...(jobs !== undefined && { jobs: String(jobs) }),
    };
    const plans = await openPlans(rotations, asked, surroundings);
    try {
      const { reports, announced } = await runPlans(
        plans,
        observe === undefined ? {} : { observe },
      );
      await announced();
      return reports;
    } finally {
      await plans.session.close();
    }
  };
  const status = async (names: readonly string[]): Promise<readonly Standing[]> => {
    const plans = await openPlans(names, flags, surroundings, 'read');
    try {
      return await readStandings(plans, await plans.session.store(), surroundings.clock.now());
    } finally {
      await plans.session.close();
    }
  };
  return {
    rotations: () =>
      config.rotations.map(({ name, sinks, maxAge, grace }) => ({
        name,
        issuer: issuer.kind,
        sinks,
        maxAge,
        grace,
      })),
    plan: (asked = {}) => track(run(asked, { dryRun: true })),
    run: (asked = {}) => track(run(asked, {})),
    status: (names = []) => track(status(names)),
    async close() {
      closing.abort();
      await Promise.all(underWay);
    },
  };
}

function surroundingsOf(
  { directory, env, uid, owner = 'keyturn', signal, warn, clock, random }: HostOptions,
  closing: AbortSignal,
): Surroundings {
  return {
    directory,
    env,
    uid,
    owner,
    programFolder: import.meta.dirname,
    signal: signal === undefined ? closing : AbortSignal.any([signal, closing]),
    warn: warn ?? (() => {}),
    clock: clock ?? systemClock,
    random: random ?? systemRandom,
  };
}
