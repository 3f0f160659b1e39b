import type { Row } from '../../packages/sink-env/test/matrix/measure.ts';
import type { Opened } from '../../packages/sink-env/test/matrix/reader.ts';

const write = (text: string): unknown => process.stdout.write(`${text}\n`);

/** Prints a table with a line per reader, and every cell that is worse. Returns their number. */
export function print(
  rows: readonly Row[],
  readers: readonly Opened[],
  { isLong }: { readonly isLong: boolean },
): number {
  const width = Math.max(...readers.map(({ name }) => name.length));
  const changed = rows.filter(({ after }) => after !== undefined);
  const sums = { right: 0, 'as before': 0, worse: 0, untried: 0 };
  write(`${'reader'.padEnd(width)}  right  as before  worse  untried`);
  for (const reader of readers) {
    if ('skipped' in reader) {
      write(`${reader.name.padEnd(width)}  skipped: ${reader.skipped}`);
      continue;
    }
    const counts = { right: 0, 'as before': 0, worse: 0, untried: 0 };
    for (const { verdicts } of changed) {
      const verdict = verdicts.get(reader.name) ?? 'untried';
      const kind = typeof verdict === 'string' ? verdict : 'worse';
      counts[kind] += 1;
      sums[kind] += 1;
    }
    write(line(reader.name.padEnd(width), counts));
  }
  write(line('sum'.padEnd(width), sums));
  for (const { file, verdicts } of changed)
    for (const [reader, verdict] of verdicts)
      if (typeof verdict !== 'string')
        write(`worse: ${file.format}: ${file.what}, ${reader}: ${verdict.worse}`);
  for (const { file, refusal } of rows)
    if (refusal !== undefined) write(`refused: ${file.format}: ${file.what}: ${refusal}`);
  if (isLong) for (const { after } of changed) write(JSON.stringify(after));
  if (isLong) for (const row of changed) write(JSON.stringify([...row.verdicts]));
  const read = readers.filter((reader) => 'read' in reader).length;
  write(
    `${rows.length} files (${rows.length - changed.length} refused), ${read} readers, ${changed.length * read} cells, ${sums.worse} worse`,
  );
  return sums.worse;
}

function line(name: string, counts: Readonly<Record<string, number>>): string {
  const { right = 0, 'as before': same = 0, worse = 0, untried = 0 } = counts;
  return `${name}  ${String(right).padStart(5)}  ${String(same).padStart(9)}  ${String(worse).padStart(5)}  ${String(untried).padStart(7)}`;
}
