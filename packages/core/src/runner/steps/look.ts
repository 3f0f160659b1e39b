import { layoutNames } from '../../layout/layout.ts';
import type { RotationEvent } from '../../ledger/event.ts';
import type { SinkRecord, Unanswered } from '../../ledger/state.ts';
import { inStep } from '../../machine/due.ts';
import type { Confirmation } from '../../contracts/sink.ts';
import { notLookedAt } from '../../messages.ts';
import type { Lessons } from '../run/learned.ts';
import { forEachLimited, sinksAtOnce } from '../run/pool.ts';
import { asKeyturnError, type Run } from '../run/run.ts';

/**
 * Looks whether the token in use is still there, at its issuer and in the sinks. What could not be looked at is said, and is no
 * proof of anything.
 */
export async function* look(run: Run): Lessons {
  yield { memory: { looked: true } };
  const { state } = run.ledger;
  const current = state.tokens.get(state.current ?? '');
  if (current === undefined) return;
  const events: RotationEvent[] = [];
  const warnings = new Set<string>();
  const { id: token } = current.ref;
  const seen = lookAtIssuer(run, token)
    .then(({ missing, disabled }) => {
      const isNew =
        missing !== (current.missing === true) || disabled !== (current.disabledByOthers === true);
      if (isNew) events.push({ type: 'missed', token, missing, ...(disabled && { disabled }) });
    })
    .catch(
      (error: unknown) =>
        void warnings.add(notLookedAt(run.issuer.id, asKeyturnError(error).message)),
    );
  await forEachLimited(run.intent.selected, sinksAtOnce(run.runtime), async (id) => {
    const record = state.sinks.get(id);
    if (record === undefined || !inStep(record, token) || run.interrupted) return;
    try {
      const shows = await lookAtSink(run, record, token);
      if (shows === 'unreadable') return;
      // What was not answered either took effect before this look, or never will.
      if (shows === 'same' && record.unanswered.length > 0)
        events.push({ type: 'settled', sink: id, token });
      if (shows !== (record.shows ?? 'same')) events.push({ type: 'looked', sink: id, shows });
    } catch (error) {
      warnings.add(notLookedAt(id, asKeyturnError(error).message));
    }
  });
  await seen;
  yield { warnings };
  if (events.length > 0) await run.ledger.append(...events);
}

/** To the jobs that use it, a token that somebody disabled is missing, too. */
async function lookAtIssuer({ issuer, call }: Run, token: string) {
  const found = await issuer.get(token, call);
  const disabled = found?.disabled === true;
  return { missing: found === undefined || disabled, disabled };
}

/** What may still land there is another matter: it is settled by steps of its own. */
async function lookAtSink(
  run: Run,
  { id, receipt, unanswered }: SinkRecord,
  token: string,
): Promise<Confirmation> {
  const { call, intent, ledger } = run;
  const sink = run.sinks.get(id);
  const now = ledger.clock.now();
  const mayLand = (one: Unanswered): boolean =>
    one.token !== token || Date.parse(one.at) + intent.policy.settle > now;
  if (sink === undefined || unanswered.some(mayLand)) return 'unreadable';
  const names = layoutNames(run.layout(id));
  const expected = names.map((name) => ({ name }));
  const shows = await sink.confirm(expected, { receipt }, call);
  // The other stamp may be that of a write of this very token whose answer was lost.
  const isDoubtful = unanswered.length > 0 && sink.supports.readBack !== 'value';
  if (shows === 'different' && isDoubtful) return 'unreadable';
  if (shows !== 'unreadable') return shows;
  const held = (await sink.holds?.(names, call))?.id;
  return held === undefined || held === token ? 'unreadable' : 'different';
}
