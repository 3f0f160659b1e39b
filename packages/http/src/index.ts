export { createFetch } from './fetch.ts';
export type { HttpFetch } from './fetch.ts';
export type { Budget, Deadlines, HttpOptions, Observation } from './options.ts';
export { readJson } from './read-json.ts';
export type { JsonObject } from './read-json.ts';
export { responseError } from './response-error.ts';
export type { ResponseErrorOptions } from './response-error.ts';
export { baseUrl } from './url.ts';
