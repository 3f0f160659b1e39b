import { isUtf8 } from 'node:buffer';

/** Go's `bufio.MaxScanTokenSize`: a line and its break fit, or the file is rejected. */
const MOST = 64 * 1024;
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** Go's `unicode.IsSpace`. */
const SPACES = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

/**
 * What `docker run --env-file` reads, or undefined if it rejects the file. A bare name takes its value from the environment, which
 * is empty here. Source: docker/cli v28, pkg/kvfile/kvfile.go, and Go's bufio.ScanLines.
 */
export function readAsDocker(file: Buffer): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  for (let start = 0, number = 0; start < file.length; number++) {
    const found = file.indexOf('\n', start);
    const end = found < 0 ? file.length : found;
    const bytes = file.subarray(start, file[end - 1] === 13 && end > start ? end - 1 : end);
    if (end - start >= MOST || !isUtf8(bytes)) return undefined;
    start = end + 1;
    const isMarked = number === 0 && bytes.subarray(0, 3).equals(MARK);
    const line = bytes
      .subarray(isMarked ? 3 : 0)
      .toString('utf8')
      .replace(SPACES, '');
    if (line === '' || line.startsWith('#')) continue;
    const sign = line.indexOf('=');
    const name = sign < 0 ? line : line.slice(0, sign);
    if (name === '' || /[ \t]/.test(name)) return undefined;
    if (sign > 0) values.set(name, line.slice(sign + 1));
  }
  return values;
}
