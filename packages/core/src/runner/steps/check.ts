import { KeyturnError } from '../../errors.ts';
import type { Permissions, TokenDetails } from '../../issuer.ts';
import { layoutNames } from '../../layout.ts';
import { summarise } from '../../ledger/state.ts';
import { forEachLimited } from '../pool.ts';
import type { SinkOutcome } from '../request.ts';
import { asKeyturnError, type Run } from '../run.ts';
import { refuseIssuedElsewhere } from '../shared.ts';

/**
 * Looks before anything is created: the issuer, the token to be replaced and every selected sink, all at once.
 * What is found wrong is reported together, and then no token is asked for; only optional sinks are gone on without.
 */
export async function check(run: Run): Promise<void> {
  const problems: KeyturnError[] = [];
  const note = (error: unknown): undefined => void problems.push(asKeyturnError(error));
  const [, predecessor] = await Promise.all([
    checkIssuer(run).catch(note),
    findPredecessor(run).catch(note),
    checkSinks(run),
  ]);
  try {
    if (problems.length === 0) run.permissions = permissionsFor(run, predecessor);
  } catch (error) {
    note(error);
  }
  const [first, ...others] = problems;
  for (const problem of others) run.warnings.add(problem.message);
  const failed = [...run.outcomes.values()].filter(({ status }) => status === 'failed');
  const error = first ?? failed[0]?.error;
  if (error !== undefined) run.fail(error);
  if (first !== undefined || !canGoOnWithout(run, failed)) {
    run.remember({ gaveUp: true });
    return;
  }
  if (failed.length > 0) run.leaveOut(new Set(failed.map(({ id }) => id)));
  await adopt(run, predecessor);
  run.remember({ checked: true });
}

/** Codes of mistakes that are not those of one place: the user has to mend them before anything is done. */
const MISTAKES: readonly (string | undefined)[] = ['NAME_INVALID', 'CONFIG_INVALID'];

/** An interrupt fails checks too, and tells nothing of the sinks. */
function canGoOnWithout(run: Run, failed: readonly SinkOutcome[]): boolean {
  if (failed.length === 0) return true;
  const { optional = [] } = run.request;
  const others = failed.length < run.intent.selected.length;
  const known = new Set(optional);
  return (
    others &&
    !run.interrupted &&
    failed.every(({ id, error }) => known.has(id) && !MISTAKES.includes(error?.code))
  );
}

async function checkIssuer(run: Run): Promise<void> {
  const { problems } = await run.issuer.check(run.call);
  for (const problem of problems) throw problem;
}

/** The token that will be replaced, with its permissions; undefined where there is none or it is gone. */
async function findPredecessor(run: Run): Promise<TokenDetails | undefined> {
  const { issuer } = run;
  const { replaces, permissions } = run.request;
  const { current } = run.ledger.state;
  const wanted = current ?? replaces;
  if (wanted === undefined || (current !== undefined && permissions !== 'copy')) return undefined;
  if (current === undefined) await refuseIssuedElsewhere(run, wanted);
  const details = await issuer.get(wanted, run.call);
  if (details === undefined && wanted === replaces && current === undefined)
    throw new KeyturnError('TOKEN_NOT_FOUND', `${issuer.id} has no token ${wanted}`, {
      hint: 'List the tokens with: keyturn token list',
      effect: 'none',
    });
  return details;
}

async function checkSinks(run: Run): Promise<void> {
  const names = layoutNames(run.request.layout);
  await forEachLimited(run.intent.selected, run.runtime.concurrency ?? 32, async (id) => {
    const sink = run.sinks.get(id);
    try {
      const report = await sink?.check(names, run.call);
      for (const warning of report?.warnings ?? []) run.warnings.add(`${id}: ${warning}`);
    } catch (error) {
      const known = asKeyturnError(error);
      run.outcomes.set(id, { id, status: 'failed', error: known });
      run.runtime.observe?.({ type: 'sink', rotation: run.request.name, sink: id, error: known });
    }
  });
}

function permissionsFor(run: Run, predecessor: TokenDetails | undefined): Permissions {
  const { permissions } = run.request;
  if (permissions !== 'copy') return permissions;
  if (predecessor !== undefined) return predecessor.permissions;
  const recorded = run.ledger.state.permissions;
  if (recorded !== undefined) {
    run.warnings.add(
      `the token in use (${run.ledger.state.current}) is gone: its last known permissions are used`,
    );
    return recorded;
  }
  throw new KeyturnError(
    'PREDECESSOR_UNKNOWN',
    'a new token has no permissions, and it is not known which token to copy them from',
    {
      hint: 'Name the token in use with --replaces TOKEN_ID, or list token.permissions in the configuration.',
      effect: 'none',
    },
  );
}

/** From here on the token that the user named is ours to revoke, once no sink may hold it. */
async function adopt(run: Run, details: TokenDetails | undefined): Promise<void> {
  const { state } = run.ledger;
  if (run.request.dryRun === true) return;
  if (state.current !== undefined) return adoptInNewSinks(run);
  if (details === undefined) return;
  const { id, label, issuedAt, expiresAt, permissions } = details;
  const token = { id, label, issuedAt, ...(expiresAt !== undefined && { expiresAt }) };
  await run.ledger.append(
    { type: 'opened', rotation: run.request.name, summary: summarise(state) },
    { type: 'adopted', token, sinks: run.request.sinks.map((sink) => sink.id), permissions },
  );
}

/** A sink that joined the rotation after its token was named may hold that token as well: nobody but a write shows that it does not. */
async function adoptInNewSinks({ ledger, request }: Run): Promise<void> {
  const { state } = ledger;
  const token = state.tokens.get(state.current ?? '');
  if (token === undefined || token.retired || token.askedAt !== undefined) return;
  const sinks = request.sinks.map(({ id }) => id).filter((id) => !state.sinks.has(id));
  if (sinks.length === 0) return;
  const { permissions = [] } = state;
  await ledger.append({ type: 'adopted', token: token.ref, sinks, permissions });
}
