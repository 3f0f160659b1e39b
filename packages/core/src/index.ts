export { Secret, reveal } from './secret.ts';
export { KeyturnError, errorCodes, withEffect } from './errors.ts';
export type { Effect, ErrorCode, KeyturnErrorOptions } from './errors.ts';
export { withoutCommands } from './commands.ts';
export { remember, withoutSecrets } from './known.ts';
export { nearest, printable, withoutControls } from './text.ts';
export { formatDuration, parseDuration } from './duration.ts';
export { formatTarget, parseTarget } from './target.ts';
export type { Target } from './target.ts';
export type { Expansion, ListedPlace, SinkPatterns, TargetPattern } from './pattern.ts';
export { mapLimited } from './map-limited.ts';
export { gitEnvironment, programFile, programFolders } from './program.ts';
export { usagesOrSkip } from './usages.ts';
export type { FindUsages, FoundUsage, SkippedUsage, Usage } from './usages.ts';
export { parseGitRemote } from './git-remote.ts';
export type { GitRemote } from './git-remote.ts';
export { fieldNames, layoutEntries, layoutNames, storedNames } from './layout.ts';
export type { CredentialReport } from './credentials.ts';
export type { FieldNames, Layout } from './layout.ts';
export { otherSlot, slotName } from './slots.ts';
export type { Slot } from './slots.ts';
export type {
  AdapterContext,
  BeforeWrite,
  CallOptions,
  CheckOptions,
  Clock,
  Environment,
  Fetch,
  FetchInit,
  Random,
} from './runtime.ts';
export type {
  Capability,
  Credential,
  IssueRequest,
  IssuerReport,
  Permissions,
  Revocation,
  TokenDetails,
  TokenInfo,
  TokenIssuer,
  TokenRef,
  Verification,
} from './issuer.ts';
export type {
  Confirmation,
  Expectation,
  Leftover,
  Neighbour,
  NeighbourQuery,
  Proof,
  Receipt,
  SecretSink,
  SinkEntry,
  SinkLimits,
  SinkReport,
  SinkSupports,
  TokenClue,
  Trial,
  TrialResult,
  TokenHint,
} from './sink.ts';
export type { Lock, OpenedLedger, Revision, StateStore, StoreReport } from './store.ts';
export { poll } from './poll.ts';
export { ANY_TIME, compareStamp, fingerprint, matches, showsLaterWrites } from './evidence.ts';
export { validate } from './schema.ts';
export type { SchemaIssue, SchemaResult, StandardSchema } from './schema.ts';
export { defineIssuer, defineSink, defineStore } from './define.ts';
export type {
  DefaultNames,
  EnvironmentVariable,
  IssuerAdapter,
  IssuerBackend,
  IssuerDefinition,
  ReadProtection,
  SinkAdapter,
  SinkBackend,
  SinkDefinition,
  StoreAdapter,
  StoreBackend,
  StoreDefinition,
} from './define.ts';
export { chain, EMPTY, follow, parseRecord, revisionOf, serialise } from './ledger/record.ts';
export type { LedgerRecord } from './ledger/record.ts';
export type { EventType, RotationEvent } from './ledger/event.ts';
export { removeInTurn, tornError } from './torn.ts';
export { Ledger, readState } from './ledger/ledger.ts';
export { signedStore } from './ledger/signed.ts';
export { emptyState, holders, holdersByToken, summarise } from './ledger/state.ts';
export { identityOf, isSameIssuer, isSamePlace, placeOf } from './ledger/place.ts';
export type { IssuerIdentity, SinkPlace } from './ledger/place.ts';
export type {
  Attempt,
  Refusals,
  RotationState,
  SinkRecord,
  Summary,
  TokenRecord,
  UnderWay,
  Unanswered,
} from './ledger/state.ts';
export { applyRecords } from './ledger/apply.ts';
export { decide, graceUntil } from './machine/decide.ts';
export { drifted, inStep, reasonToRotate, renewalAt, retryAt, waitsUntil } from './machine/due.ts';
export type { Reason } from './machine/due.ts';
export { freshMemory } from './machine/intent.ts';
export type { BreakGlass, Drift, Intent, Memory, Policy } from './machine/intent.ts';
export type { Step } from './machine/decide.ts';
export { nextPhase, phases, transitions } from './machine/transitions.ts';
export type { Phase } from './machine/transitions.ts';
export { failedReport } from './runner/report.ts';
export { adopt } from './runner/adopt.ts';
export type { Adoption, AdoptionRequest } from './runner/adopt.ts';
export { rotate } from './runner/rotate.ts';
export { sinkFor } from './runner/slots.ts';
export { asConfigured } from './runner/reconcile.ts';
export { isElsewhere, isUnseen } from './runner/elsewhere.ts';
export { fit as fittingLayout, proposal } from './runner/fitting.ts';
export { inherit } from './runner/inherit.ts';
export type { Inheritance, InheritanceRequest } from './runner/inherit.ts';
export { sign } from './runner/sign.ts';
export type { Signing } from './runner/sign.ts';
export { isLabelOf } from './runner/label.ts';
export { forget } from './runner/forget.ts';
export type { Forgotten } from './runner/forget.ts';
export type {
  CanaryPolicy,
  KeptToken,
  PendingToken,
  Outcome,
  Progress,
  RotationReport,
  RotationRequest,
  RotationRuntime,
  SinkOutcome,
} from './runner/request.ts';
export { systemClock, systemRandom } from './system.ts';
