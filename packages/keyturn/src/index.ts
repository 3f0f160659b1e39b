export { defineConfig } from '@keyturn/cli';
export type { ConfigInput } from '@keyturn/cli';
