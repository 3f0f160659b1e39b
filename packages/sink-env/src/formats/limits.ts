/** Names that every shell and parser accepts, except one that is special in objects. */
export const NAME = /^(?!__proto__$)[A-Za-z_]\w{0,254}$/;

/** docs: Go's bufio.Scanner, which Docker uses to read env files: lines of at most 64 KiB, including the name. */
export const MOST_BYTES = 63 * 1024;
