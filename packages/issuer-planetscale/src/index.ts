export { planetscaleIssuer, planetscaleIssuer as default } from './definition.ts';
export type { PlanetscaleOptions } from './options.ts';
