import { exitCodes, exitOfError, worst, type ExitCode } from '../exit.ts';
import type { Findings } from './search.ts';

/**
 * The exit code of a search. An inferred scope may fail if others were searched. If nothing was searched, that is not a success, and
 * any failure other than missing credentials counts.
 */
export function exitOfFindings({ failures, isBlind }: Findings): ExitCode {
  const counted = failures.filter(
    ({ isAsked, error }) => isAsked || (isBlind && error.code !== 'CREDENTIALS_MISSING'),
  );
  return worst([
    ...counted.map(({ error }) => exitOfError(error)),
    ...(isBlind ? [exitCodes.attention] : []),
  ]);
}
