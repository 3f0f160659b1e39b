import { decodeName, encodeName, isShortened, parseHead } from '@keyturn/core/ledger';

import { type BranchFile, readAll } from './chapter.ts';
import { headContradicts } from './messages.ts';
import type { Draft, Snapshot } from './snapshot.ts';

/** The names of one rotation's files at the root of the branch. They are those of a folder of ledgers; only ledgers end in `.jsonl`. */
export interface Names {
  readonly encoded: string;
  readonly ledger: string;
  readonly head: string;
  /** A file, so that a run that takes the branch for a folder of ledgers is refused while the lock is held. */
  readonly lock: string;
  /** A folder with one file per claimed key. */
  readonly claims: string;
}

const LEDGER = '.jsonl';

export function namesOf(rotation: string): Names {
  return namesFor(encodeName(rotation));
}

function namesFor(encoded: string): Names {
  return {
    encoded,
    ledger: `${encoded}${LEDGER}`,
    head: `${encoded}.head`,
    lock: `${encoded}.lock`,
    claims: `${encoded}.claims`,
  };
}

/** The ledger of a rotation. */
export async function ledgerIn(
  place: Snapshot | Draft,
  names: Names,
  where: string,
  signal: AbortSignal,
): Promise<BranchFile> {
  const [content, head] = await place.read([names.ledger, names.head], signal);
  return fileOf(names, `${where}: ${names.ledger}`, content, head);
}

function fileOf(
  { head: name }: Names,
  where: string,
  content: Buffer | undefined,
  head?: Buffer,
): BranchFile {
  const revision = parseHead(head?.toString('latin1') ?? '');
  return { content, where, head: revision, hint: headContradicts(name) };
}

/** A rotation that has a ledger. */
export interface Listed {
  readonly rotation: string;
  readonly content: Buffer | undefined;
}

/** The rotations that have a ledger, sorted, with the contents if they are wanted. */
export async function listLedgers(
  snapshot: Snapshot,
  where: string,
  hasContents: boolean,
  signal: AbortSignal,
): Promise<readonly Listed[]> {
  const all = [...snapshot.root.keys()]
    .filter((file) => file.endsWith(LEDGER))
    .map((file) => namesFor(file.slice(0, -LEDGER.length)));
  const needed = all.filter(({ encoded }) => hasContents || isShortened(encoded));
  const contents = await snapshot.read(
    needed.map(({ ledger }) => ledger),
    signal,
  );
  const found: Listed[] = [];
  for (const names of all) {
    const content = contents[needed.indexOf(names)];
    const rotation = isShortened(names.encoded)
      ? rotationIn(fileOf(names, where, content))
      : decodeName(names.encoded);
    // A file with another name than that of its rotation is not a ledger of keyturn.
    if (rotation !== undefined && encodeName(rotation) === names.encoded)
      found.push({ rotation, content });
  }
  return found.toSorted((a, b) => (a.rotation < b.rotation ? -1 : 1));
}

/** The rotation that a ledger names in its first record; undefined if it names none. */
function rotationIn(file: BranchFile): string | undefined {
  for (const { event } of readAll(file))
    return event.type === 'opened' ? event.rotation : undefined;
  return undefined;
}
