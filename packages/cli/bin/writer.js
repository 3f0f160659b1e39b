const { fstatSync, writeSync } = process.getBuiltinModule?.('node:fs') ?? {};

/**
 * Makes what writes text to a stream, and tells once when that fails: a result that was lost must not look like a success, unless
 * its reader went away (`keyturn status | head -1`), which is EPIPE.
 *
 * @param {import('node:tty').WriteStream} stream
 * @param {(code: string) => void} onLost told the code of the operating system
 * @returns {(text: string | Uint8Array) => void}
 */
export default function writerFor(stream, onLost) {
  let isLost = false;
  const lose = ({ code }) => {
    // What is written after that fails in other ways.
    if (!isLost) onLost(String(code));
    isLost = true;
  };
  stream.on('error', lose);
  // The program leads what others print to another stream.
  const write = stream.write.bind(stream);
  if (!isPlainFile(stream.fd)) return (text) => void write(text);
  // Node takes a part for the whole where a file has room for a part only.
  return (text) => {
    if (isLost) return;
    try {
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length;)
        written += writeSync(stream.fd, bytes, written);
    } catch (error) {
      lose(error);
    }
  };
}

function isPlainFile(fd) {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}
