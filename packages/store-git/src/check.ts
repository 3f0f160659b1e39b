import { KeyturnError } from '@keyturn/core';
import type { StoreReport } from '@keyturn/core/ledger';

import type { Branch } from './branch.ts';
import { branchWillBeCreated, pushRefused } from './messages.ts';

/** Reports whether a run could push to the branch, by a dry run, which shows neither branch protection nor hooks. Pushes nothing. */
export async function checkBranch(
  branch: Branch,
  name: string,
  signal: AbortSignal,
): Promise<StoreReport> {
  const location = branch.where;
  try {
    const { pushed, exists } = await branch.rehearse(signal);
    const warnings = exists ? [] : [branchWillBeCreated(name)];
    if (pushed.kind === 'done') return { location, warnings, problems: [] };
    const problem = pushed.kind === 'moved' ? pushRefused(location, pushed.reason) : pushed.error;
    return { location, warnings: [], problems: [problem] };
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    return { location, warnings: [], problems: [error] };
  }
}
