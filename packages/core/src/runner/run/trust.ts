import type { Permissions } from '../../contracts/issuer.ts';
import { labelForeign } from '../../messages.ts';
import { isLabelOf } from './label.ts';
import type { Lessons } from './learned.ts';
import type { Run } from './run.ts';

/**
 * Whether a token that stands in the ledger is this rotation's, though others may have written the ledger: the issuer shows it under
 * a label that only keyturn gives to this rotation, or the user named it on this machine. Asks the issuer once for each token that
 * it has not shown in this run.
 */
export async function* isOurs(run: Run, id: string): Lessons<boolean> {
  if (isVouchedFor(run, id)) return true;
  if (run.learned.labels.has(id)) return false;
  const details = await run.issuer.get(id, run.call);
  if (details === undefined) return true;
  yield { labels: new Map([[id, details.label]]) };
  return isVouchedFor(run, id);
}

/** The same, as far as it is known without asking. */
export function isVouchedFor(run: Run, id: string): boolean {
  const { runtime, request, learned } = run;
  const { replaces, named = [] } = request;
  if (runtime.store.trusted === true || id === replaces || named.includes(id)) return true;
  const label = learned.labels.get(id);
  return label !== undefined && isLabelOfRun(run, label);
}

/**
 * A label is looked for, and what has it is revoked: one that keyturn never gave to this rotation is somebody else's token.
 *
 * @throws {KeyturnError} `STATE_CORRUPT`
 */
export function refuseForeignLabels(run: Run): void {
  const { runtime, request, ledger } = run;
  const { attempts, active } = ledger.state;
  if (runtime.store.trusted === true) return;
  const labels = [...attempts, ...(active === undefined ? [] : [active])].map(({ label }) => label);
  const foreign = labels.find((label) => !isLabelOfRun(run, label));
  if (foreign !== undefined) throw labelForeign(request.name, foreign);
}

function isLabelOfRun({ request: { name, formerly = [] } }: Run, label: string): boolean {
  return [name, ...formerly].some((rotation) => isLabelOf(label, rotation));
}

/** What the token in use could do before it was gone, as this machine saw it. No ledger says that, not even a signed one: an older copy of it may be put back. */
export function shownBefore({ request, ledger: { state } }: Run): Permissions | undefined {
  const { shown = {} } = request;
  const { current = '' } = state;
  return Object.hasOwn(shown, current) ? shown[current] : undefined;
}
