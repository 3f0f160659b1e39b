/** Checks of configurations that are not read from a file, with all that they load. Not stable: it may change in any version. */
export { checkConfig } from '../config/check.ts';
export { parseText } from '../config/document.ts';
