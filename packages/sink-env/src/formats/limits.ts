/** Names that every shell and parser takes; one that objects treat specially is none of them. */
export const NAME = /^(?!__proto__$)[A-Za-z_]\w{0,254}$/;

/** docs: Go's bufio.Scanner, with which Docker reads env files: lines of at most 64 KiB. The name needs some too. */
export const MOST_BYTES = 63 * 1024;
