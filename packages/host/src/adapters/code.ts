/**
 * Which code a command may load in addition to the program's own. `any`: the adapters that the project depends on, and the user's
 * modules. `store`: only the adapter of the store, for commands that only read ledgers. `own`: nothing, for untrusted files.
 */
export type Code = 'any' | 'store' | 'own';
