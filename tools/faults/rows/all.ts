import type { Row } from '../row.ts';
import { canaryRows } from './canary.ts';
import { circleciRows } from './circleci.ts';
import { githubRows } from './github.ts';
import { gitlabRows } from './gitlab.ts';
import { issuerRows } from './issuers.ts';
import { planetscaleRows } from './planetscale.ts';
import { searchRows } from './search.ts';

/** Every request of every adapter. */
export const rows: readonly Row[] = [
  ...planetscaleRows,
  ...issuerRows,
  ...githubRows,
  ...gitlabRows,
  ...circleciRows,
  ...searchRows,
  ...canaryRows,
];
