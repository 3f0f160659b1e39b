import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

/** The files of a packed package, by their paths in it: `dist/index.js`. */
export function untar(tarball: Uint8Array): Map<string, Buffer> {
  const bytes = gunzipSync(tarball);
  const files = new Map<string, Buffer>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = bytes.subarray(at, at + BLOCK);
    const name = textAt(header, 0, 100);
    if (name === '') break;
    const size = Number.parseInt(textAt(header, 124, 12), 8);
    const kind = textAt(header, 156, 1);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (kind === 'x') longName = /\d+ path=([^\n]*)\n/.exec(content.toString())?.[1];
    else if (kind === '' || kind === '0') {
      const path = longName ?? [textAt(header, 345, 155), name].filter(Boolean).join('/');
      files.set(path.replace(/^package\//, ''), content);
      longName = undefined;
    } else if (kind !== '5' && kind !== 'g') throw new Error(`${name} is not a plain file`);
  }
  return files;
}

function textAt(header: Buffer, start: number, length: number): string {
  return header
    .subarray(start, start + length)
    .toString()
    .replace(/\0[\s\S]*$/, '')
    .trim();
}
