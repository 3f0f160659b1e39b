import {
  KeyturnError,
  systemClock,
  systemRandom,
  type Clock,
  type Environment,
  type Progress,
  type Random,
} from '@keyturn/core';

import { findConfig } from './config/find.ts';
import { openPlans } from './requests/plans.ts';
import type { RotationFlags } from './requests/request.ts';
import type { MeasuredReport } from './run/report.ts';
import { runPlans } from './run/run.ts';
import { loadTrusted } from './session/trusted.ts';
import { readStandings, type Standing } from './status/read.ts';
import type { Surroundings } from './surroundings.ts';

/** What a host may use of your program's surroundings. */
export interface HostOptions {
  /** Where the configuration is looked for: in this folder, and above it. */
  readonly directory: string;
  /** The configuration's file, relative to the folder; found by its name by default. */
  readonly config?: string;
  /** What adapters read their credentials from: `process.env`, or a part of it. */
  readonly env: Environment;
  /** Your user's number, such as `process.geteuid()`: files of other users are refused. By default they are not. */
  readonly uid?: number;
  /** Who runs, for other runs to see: `rotator@node-7`. @default 'keyturn' */
  readonly owner?: string;
  /** Abort it to interrupt a run: what is under way gets a bounded time to end, and the ledger stays consistent. */
  readonly signal?: AbortSignal;
  /** Takes lines that a person should read. They are dropped by default. */
  readonly warn?: (line: string) => void;
  /** Safety checks to switch off, by name, as `--allow` takes them. */
  readonly allow?: readonly string[];
  readonly clock?: Clock;
  readonly random?: Random;
}

/** A rotation as it is configured. */
export interface ConfiguredRotation {
  readonly name: string;
  /** The kind of its issuer. */
  readonly issuer: string;
  /** Its targets and patterns, as they are written. */
  readonly sinks: readonly string[];
  /** Milliseconds. */
  readonly maxAge: number;
  /** Milliseconds. */
  readonly grace: number;
}

/** What a run does beside what is due. */
export interface RunOptions {
  /** The rotations' names; all of them by default. */
  readonly rotations?: readonly string[];
  /** Kinds or targets: only these sinks are written, and no token is revoked that others may hold. All by default. */
  readonly sinks?: readonly string[];
  /** The id of the token in use, on first contact of one rotation. */
  readonly replaces?: string;
  /** Rotate though nothing is due. */
  readonly force?: boolean;
  /** Wait for the grace period, and revoke in this run. */
  readonly wait?: boolean;
  /** Told of every step, record and failure. */
  readonly observe?: (progress: Progress) => void;
}

/** An open host. Every method rejects with a `KeyturnError` if nothing could be begun; what fails later is in the reports. */
export interface Host {
  /** The rotations of the configuration, in its order. */
  rotations(): readonly ConfiguredRotation[];
  /** What {@link run} would do now: every check is made, and nothing is changed. */
  plan(options?: RunOptions): Promise<readonly MeasuredReport[]>;
  /** Does what is due, one rotation after the other. May be called at any time, as often as you like. */
  run(options?: RunOptions): Promise<readonly MeasuredReport[]>;
  /** How rotations stand, from their ledgers alone: no request is made. */
  status(rotations?: readonly string[]): Promise<readonly Standing[]>;
  /** Interrupts what is under way and waits for its end. */
  close(): Promise<void>;
}

/**
 * Opens a host on a folder with a configuration.
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
    { rotations = [], sinks = [], observe, ...others }: RunOptions,
    more: Partial<RotationFlags>,
  ): Promise<readonly MeasuredReport[]> => {
    const asked = { ...flags, ...others, ...more, sink: sinks };
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

function configurationMissing(directory: string): KeyturnError {
  return new KeyturnError('USAGE_INVALID', `no configuration found in ${directory} or above it`, {
    hint: 'Write a keyturn.config.yaml there: keyturn init makes one.',
    effect: 'none',
  });
}
