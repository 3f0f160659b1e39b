const reasons: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'Make room on the disk, then run it again.'],
  EDQUOT: ['the disk quota is used up', 'Make room within the quota, then run it again.'],
  EFBIG: ['the file would be larger than is allowed', 'Raise the limit, then run it again.'],
  EROFS: ['the file system is read-only', 'Write it elsewhere.'],
  EIO: ['the device reports an error', 'Check the disk or the terminal, then run it again.'],
};
const HINT = 'Name a file in a folder that is there and that you may write to.';

/** Says that `what` was not written, by the code of the operating system, and what to do about it. */
export function unwritten(
  what: string,
  code: string,
  otherwise = HINT,
): [text: string, hint: string] {
  const [why, hint] = reasons[code] ?? [];
  return [
    `${what} cannot be written${why === undefined ? ` (${code})` : `: ${why}`}`,
    hint ?? otherwise,
  ];
}
