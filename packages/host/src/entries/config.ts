/** The configuration, for the command line. Not stable: it can change in any version. */
export { findConfig } from '../config/find.ts';
export { loadConfig } from '../config/load.ts';
export type { Config, IssuerConfig, RotationConfig } from '../config/config.ts';
