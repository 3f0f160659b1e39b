import type { ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { runPlans } from './rotate.ts';
import { openPlans } from '@keyturn/host/session';

export interface AbortFlags {
  readonly config?: string;
  readonly org?: string;
  readonly allow?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `keyturn abort`: gives up the token under way, revokes what no sink may contain, and reports the rest. */
export async function abortCommand(name: string, flags: AbortFlags, host: Host): Promise<ExitCode> {
  const plans = await openPlans([name], { ...flags, sink: [] }, host, 'recorded');
  try {
    const requests = plans.requests.map((request) => ({ ...request, abort: true }));
    return await runPlans({ ...plans, requests }, { ...flags, sink: [] }, host);
  } finally {
    await plans.session.close();
  }
}
