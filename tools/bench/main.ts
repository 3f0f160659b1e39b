// Measures the bars of the design, as ratios whose two sides come from the same run. `npm run bench`.
import { fileURLToPath } from 'node:url';

import { idle } from './idle.ts';
import { rotation } from './rotation.ts';
import { renderRows } from './row.ts';
import { sideBySide } from './side-by-side.ts';
import { startUp } from './start-up.ts';
import { stores } from './stores.ts';
import { weight } from './weight.ts';

const cli = fileURLToPath(new URL('../../packages/cli', import.meta.url));
const bin = `${cli}/bin/keyturn.js`;

const rows = [
  ...(await startUp(bin)),
  ...(await rotation(bin)),
  ...(await sideBySide(bin)),
  ...(await idle(bin)),
  ...(await stores()),
  ...(await weight(cli)),
];
process.stdout.write(`${renderRows(rows)}\n`);
process.exitCode = rows.some(({ met }) => met === false) ? 1 : 0;
