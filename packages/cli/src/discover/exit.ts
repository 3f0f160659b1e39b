import { exitCodes, exitOfError, worst, type ExitCode } from '../exit.ts';
import type { Findings } from './search.ts';

/**
 * What a search ends with. A scope that was only inferred may fail beside others; if nothing at all was looked through, that is
 * no success, and the failure that is more than missing credentials says why.
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
