import type { RequestCost } from '../contracts/cost.ts';
import { layoutNames } from '../layout/layout.ts';
import { sinksAtOnce } from './run/pool.ts';
import type { Run } from './run/run.ts';

const NOTHING: RequestCost = { inRow: 0, inAll: 0 };

/**
 * What the run that follows a plan costs after its checks, if nothing goes wrong. Undefined if an adapter does not say what it costs,
 * or if nothing was planned.
 */
export function costAhead(run: Run): RequestCost | undefined {
  const { request, runtime, issuer, learned, intent } = run;
  if (!learned.planned || learned.reason === undefined || request.canary !== undefined)
    return undefined;
  const steps = issuer.cost?.(learned.permissions);
  const deliveries = intent.selected.map((id) =>
    run.sinks.get(id)?.cost?.(layoutNames(run.layout(id))),
  );
  if (steps === undefined || !deliveries.every((one) => one !== undefined)) return undefined;
  const { issue, grant, verify, revoke } = steps;
  const { current } = run.ledger.state;
  const ends = intent.policy.grace === 0 && (current ?? request.replaces) !== undefined;
  return [
    issue,
    issuer.supports.permissions === 'grant' ? grant : NOTHING,
    verify,
    beside(atOnce(deliveries, sinksAtOnce(runtime)), ends ? revoke : NOTHING),
  ].reduce(after);
}

/** So many at the same time, of which the longest decides. */
function atOnce(costs: readonly RequestCost[], most: number): RequestCost {
  const turns = Math.ceil(costs.length / most);
  return {
    inRow: Math.max(0, ...costs.map(({ inRow }) => inRow)) * turns,
    inAll: costs.reduce((sum, { inAll }) => sum + inAll, 0),
    beside: Math.max(0, ...costs.map((cost) => cost.beside ?? 0)),
    waitMs: Math.max(0, ...costs.map(({ waitMs = 0 }) => waitMs)) * turns,
  };
}

/** What the first one leaves to be done goes on beside the second. */
function beside(first: RequestCost, second: RequestCost): RequestCost {
  const inRow = Math.max(first.beside ?? 0, second.inRow);
  return after(first, { ...second, inRow });
}

function after(first: RequestCost, second: RequestCost): RequestCost {
  return {
    inRow: first.inRow + second.inRow,
    inAll: first.inAll + second.inAll,
    waitMs: (first.waitMs ?? 0) + (second.waitMs ?? 0),
  };
}
