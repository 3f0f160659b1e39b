export { Secret, reveal } from './contracts/secret.ts';
export { KeyturnError, errorCodes, withEffect } from './contracts/errors.ts';
export type { Effect, ErrorCode, KeyturnErrorOptions } from './contracts/errors.ts';
export { withoutCommands } from './text/commands.ts';
export { remember, withoutSecrets } from './text/known.ts';
export { nearest, printable, withoutControls } from './text/text.ts';
export { formatDuration, parseDuration } from './define/duration.ts';
export { formatTarget, parseTarget } from './define/target.ts';
export type { Target } from './define/target.ts';
export { mapLimited } from './define/map-limited.ts';
export { gitEnvironment, programFile, programFolders } from './define/program.ts';
export { usagesOrSkip } from './define/usages.ts';
export { parseGitRemote } from './define/git-remote.ts';
export { fieldNames, layoutEntries, layoutNames, storedNames } from './layout/layout.ts';
export type { CredentialReport } from './contracts/credentials.ts';
export type { FieldNames, Layout } from './layout/layout.ts';
export { otherSlot, slotName } from './layout/slots.ts';
export type { Slot } from './layout/slots.ts';
export type {
  AdapterContext,
  BeforeWrite,
  CallOptions,
  CheckOptions,
  Clock,
  Environment,
  Fetch,
  FetchInit,
  GitRemote,
  Random,
} from './contracts/runtime.ts';
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
} from './contracts/issuer.ts';
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
} from './contracts/sink.ts';
export type { Lock, OpenedLedger, Revision, StateStore, StoreReport } from './ledger/store.ts';
export { poll } from './define/poll.ts';
export {
  ANY_TIME,
  compareStamp,
  fingerprint,
  matches,
  showsLaterWrites,
} from './define/evidence.ts';
export { validate } from './define/schema.ts';
export type { SchemaIssue, SchemaResult, StandardSchema } from './define/schema.ts';
export { defineIssuer, defineSink, defineStore } from './define/define.ts';
export type {
  CiSystem,
  IssuerAccount,
  LeakForm,
  Pipeline,
  PipelineCredential,
  PipelineRequest,
} from './define/ci.ts';
export type {
  DefaultNames,
  EnvironmentVariable,
  Expansion,
  FindUsages,
  FoundUsage,
  IssuerAdapter,
  IssuerBackend,
  IssuerDefinition,
  ListedPlace,
  ReadProtection,
  SinkAdapter,
  SinkBackend,
  SinkDefinition,
  SinkPatterns,
  SkippedUsage,
  StoreAdapter,
  StoreBackend,
  StoreDefinition,
  TargetPattern,
  Usage,
} from './define/definition.ts';
export { chain, EMPTY, follow, parseRecord, revisionOf, serialise } from './ledger/record.ts';
export type { LedgerRecord } from './ledger/record.ts';
export type { EventType, RotationEvent } from './ledger/event.ts';
export { removeInTurn, tornError } from './define/torn.ts';
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
export { nextPhase, phases, transitions } from './ledger/transitions.ts';
export type { Phase } from './ledger/transitions.ts';
export { failedReport } from './runner/report.ts';
export { adopt } from './runner/adopt.ts';
export type { Adoption, AdoptionRequest } from './runner/adopt.ts';
export { rotate } from './runner/rotate.ts';
export { sinkFor } from './runner/run/slots.ts';
export { asConfigured } from './runner/run/reconcile.ts';
export { isElsewhere, isUnseen } from './runner/run/elsewhere.ts';
export { fit as fittingLayout, proposal } from './runner/run/fitting.ts';
export { inherit } from './runner/inherit.ts';
export type { Inheritance, InheritanceRequest } from './runner/inherit.ts';
export { sign } from './runner/sign.ts';
export type { Signing } from './runner/sign.ts';
export { isLabelOf } from './runner/run/label.ts';
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
} from './runner/run/request.ts';
export { systemClock, systemRandom } from './contracts/system.ts';
