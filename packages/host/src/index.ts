/**
 * Rotations from your own program. Changes only in a major version.
 *
 * @module @keyturn/host
 * @public
 */
export { openHost } from './host.ts';
export type { ConfiguredRotation, Host, HostOptions, RunOptions } from './host.ts';
export type { Estimate, MeasuredReport } from './run/report.ts';
export type { Standing } from './status/read.ts';
export type { RotationStatus } from './status/rotation-status.ts';
export type { Finding } from './status/finding.ts';
export type { Surroundings } from './surroundings.ts';
export { defineConfig } from './config/define.ts';
export type {
  ChannelInput,
  ConfigInput,
  DurationInput,
  IssuerInput,
  NamesInput,
  NotifyInput,
  RotationInput,
} from './config/define.ts';
