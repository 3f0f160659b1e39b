/**
 * The inside of the core, for keyturn's own host and command line. Not stable: it may change in any version.
 */
export { fieldUnknown } from './messages.ts';
export { withoutCommands } from './text/commands.ts';
export { withoutControls } from './text/text.ts';
export { formatDuration } from './define/duration.ts';
export {
  layoutAt,
  layoutEntries,
  layoutFields,
  layoutNames,
  storedNames,
} from './layout/layout.ts';
export type { Layouts } from './layout/layout.ts';
export { identityOf, isSameIssuer, placeOf } from './ledger/place.ts';
export { applyRecords } from './ledger/apply.ts';
export { Ledger } from './ledger/ledger.ts';
export { readState } from './ledger/read-state.ts';
export { emptyState, holders, holdersByToken, written, summarise } from './ledger/state.ts';
export type { RotationState, SinkRecord, Unanswered } from './ledger/state.ts';
export { phases } from './ledger/phase.ts';
export { graceUntil } from './machine/decide.ts';
export { inStep, reasonToRotate, renewalAt, retryAt, waitsUntil } from './machine/due.ts';
export { freshMemory } from './machine/intent.ts';
export type { Intent, Timing } from './machine/intent.ts';
export { failedReport, isUndeployed } from './runner/report.ts';
export { Claims } from './runner/run/beside.ts';
export type { Beside } from './runner/run/beside.ts';
export { isElsewhere, isUnseen } from './runner/run/elsewhere.ts';
export { fit as fittingLayout, proposal } from './runner/run/fitting.ts';
export { asConfigured } from './runner/run/reconcile.ts';
export { sinkFor } from './runner/run/slots.ts';
