import { compare, run } from './measure.ts';
import { ratioRow, type Row } from './row.ts';

/** How long the program takes to say something, against an empty Node process. */
export async function startUp(bin: string): Promise<Row[]> {
  const [empty = 0, version = 0, help = 0] = await compare(21, [
    () => run(process.execPath, ['-e', '0']),
    () => run(process.execPath, [bin, '--version']),
    () => run(process.execPath, [bin, '--help']),
  ]);
  return [
    ratioRow('keyturn --version against node -e 0', version, empty, 1.5),
    ratioRow('keyturn --help against node -e 0', help, empty, 2),
  ];
}
