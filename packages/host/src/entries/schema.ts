/** Checks of configurations that do not come from a file. Not stable: it can change in any version. */
export { checkConfig } from '../config/check.ts';
export { parseText } from '../config/document.ts';
export { blankComments } from '../config/json-comments.ts';
