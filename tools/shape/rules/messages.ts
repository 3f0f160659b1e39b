import { factsOf } from '../source.ts';
import type { Package, Problem } from '../workspace.ts';

/** The command line has a second one, for what doctor, audit and adopt find. */
export const CATALOGUE = /^src\/messages(?:-of-checks)?\.ts$/;

/** Where an error may be created besides a catalogue, and why. Matched against the path from packages/. */
const EXCEPTIONS: readonly { readonly files: RegExp; readonly reason: string }[] = [
  {
    files: /^core\/src\/contracts\/errors\.ts$/,
    reason: 'copies an error with another effect, and writes no text',
  },
  {
    files: /^core\/src\/testing\//,
    reason: 'runs in the tests of adapters, and its texts reach no user',
  },
];

/** What a package says to users is in one file, code, message and hint side by side, so that it can be read in one go. */
export function* messageRule({ folder, files }: Package): Iterable<Problem> {
  for (const [name, text] of files) {
    if (!/^src\/.+\.ts$/.test(name) || CATALOGUE.test(name)) continue;
    if (EXCEPTIONS.some((exception) => exception.files.test(`${folder}/${name}`))) continue;
    for (const line of factsOf(text).errors)
      yield {
        file: `packages/${folder}/${name}:${line}`,
        message: 'creates a KeyturnError, which belongs in src/messages.ts',
      };
  }
}
