export { expiring, noExpiry, tooOld } from './age.ts';
export { drift } from './drift.ts';
export { inGit } from './leak.ts';
export { tooPowerful } from './permissions.ts';
export { rotatable } from './rotatable.ts';
export { shared } from './shared.ts';
export { fixed, missing, unmanaged, unused } from './use.ts';
