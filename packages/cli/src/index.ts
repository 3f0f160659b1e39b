export { defineConfig } from './config/index.ts';
export type { ConfigInput } from './config/index.ts';
