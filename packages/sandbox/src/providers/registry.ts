import { github } from './github/provider.ts';
import { planetscale } from './planetscale/provider.ts';
import type { Provider } from './provider.ts';

/** Every provider that the sandbox serves. */
export const providers: readonly Provider[] = [planetscale, github];
