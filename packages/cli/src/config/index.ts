export { defineConfig } from './define.ts';
export type {
  ChannelInput,
  ConfigInput,
  DurationInput,
  IssuerInput,
  NamesInput,
  NotifyInput,
  RotationInput,
} from './define.ts';
export type {
  ChannelConfig,
  Config,
  IssuerConfig,
  NotifyConfig,
  RotationConfig,
} from './config.ts';
export { findConfig } from './find.ts';
export type { FindConfigOptions } from './find.ts';
export { isProgram, loadConfig } from './load.ts';
export { loadTrusted } from './trusted.ts';
export type { Subject } from './trusted.ts';
