export { defineConfig } from './define.ts';
export type {
  ConfigInput,
  DurationInput,
  IssuerInput,
  NamesInput,
  RotationInput,
} from './define.ts';
export type { Config, IssuerConfig, RotationConfig } from './config.ts';
export { findConfig } from './find.ts';
export type { FindConfigOptions } from './find.ts';
export { loadConfig } from './load.ts';
