import { describe, expect, it } from 'vitest';

import { allFiles } from './matrix/files/all.ts';
import { measure } from './matrix/measure.ts';
import type { Reader } from './matrix/reader.ts';
import { nodeAt } from './matrix/readers/node.ts';
import { dockerRules, systemdRules } from './matrix/readers/rules.ts';
import { shells } from './matrix/readers/shells.ts';

// `npm run env-matrix` has all files and more readers.
const CHOSEN = /BOM|backslash|empty values with|export and a tab|exported lines|, for systemd/;

const readers = [
  nodeAt('Node', process.execPath),
  dockerRules,
  systemdRules,
  ...shells().filter((shell): shell is Reader => 'read' in shell),
];

describe('no reader reads a file worse than before (without the shells that are not installed)', () => {
  const chosen = allFiles.filter(({ what }) => CHOSEN.test(what));

  it.each(chosen.map((file) => [`${file.format}: ${file.what}`, file] as const))(
    '%s',
    async (_, file) => {
      const [row] = await measure([file], readers);
      const verdicts = [...(row?.verdicts ?? [])];
      expect(verdicts.filter(([, verdict]) => typeof verdict !== 'string')).toEqual([]);
      expect(verdicts).toHaveLength(row?.refusal === undefined ? readers.length : 0);
    },
  );
});
