export { defineConfig } from '@keyturn/host';
export type { ConfigInput } from '@keyturn/host';
