import type { Package, Problem } from '../workspace.ts';
import { factsOf } from '../source.ts';
import { CATALOGUE } from './messages.ts';

const REQUIRED = ['README.md', 'tsconfig.json', 'tsconfig.build.json', 'src/index.ts'];
const MOST_LINES = 250;

/** The files that every package has, and how long they may be. */
export function* fileRule({ folder, files }: Package): Iterable<Problem> {
  for (const name of REQUIRED)
    if (!files.has(name)) yield { file: `packages/${folder}/${name}`, message: 'is missing' };
  if (![...files.keys()].some((name) => /^test\/.+\.test\.ts$/.test(name)))
    yield { file: `packages/${folder}/test`, message: 'holds no *.test.ts' };
  for (const [name, text] of files) {
    if (!/^src\/.+\.ts$/.test(name)) continue;
    const file = `packages/${folder}/${name}`;
    const lines = text.replace(/\n$/, '').split('\n').length;
    if (lines > MOST_LINES && !CATALOGUE.test(name))
      yield { file, message: `has ${lines} lines; ${MOST_LINES} is the most` };
    if (/(?:^|\/)index\.ts$/.test(name) && !factsOf(text).exportsOnly)
      yield { file, message: 'holds more than exports from other files' };
  }
}
