/**
 * The contracts, everything for authors of adapters, and running a rotation. Changes only in a major version.
 *
 * @module @keyturn/core
 * @public
 */
export { Secret, reveal } from './contracts/secret.ts';
export { KeyturnError, withEffect } from './contracts/errors.ts';
export type { Effect, ErrorCode, KeyturnErrorOptions } from './contracts/errors.ts';
export { systemClock, systemRandom } from './contracts/system.ts';
export type { IssuerCost, RequestCost } from './contracts/cost.ts';
export type {
  AdapterContext,
  BeforeWrite,
  CallOptions,
  CheckOptions,
  Clock,
  DeliverOptions,
  Environment,
  Fetch,
  FetchInit,
  GitRemote,
  Random,
  Stamps,
} from './contracts/runtime.ts';
export type {
  Capability,
  Credential,
  FindOptions,
  IssueRequest,
  IssuerCheckOptions,
  IssuerReport,
  IssuerSupports,
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
  TokenHint,
  Trial,
  TrialResult,
} from './contracts/sink.ts';
export type { CredentialReport } from './contracts/credentials.ts';

export { remember, withoutSecrets } from './text/known.ts';
export { shellWord } from './text/shell.ts';
export { nearest, printable } from './text/text.ts';
export { parseDuration } from './define/duration.ts';
export type { Duration } from './define/duration.ts';
export { formatTarget, parseTarget } from './define/target.ts';
export type { Target } from './contracts/target.ts';
export { checkOptions, chooseOption } from './define/target-options.ts';
export type { TargetOptions } from './define/target-options.ts';
export { codeOf, fileProblem, hasCode } from './define/file-problem.ts';
export type { FileProblem } from './define/file-problem.ts';
export { namesIn, syncFolder } from './define/folder.ts';
export type {
  Portion,
  RateLimit,
  RateLimits,
  SharedBudget,
  SharedLimit,
} from './contracts/rates.ts';
export { targetInvalid } from './messages.ts';
export { mapLimited } from './define/map-limited.ts';
export { poll } from './define/poll.ts';
export { settled } from './define/settled.ts';
export { keepStart, killGroup } from './define/child.ts';
export { gitEnvironment, programFile, programFolders } from './define/program.ts';
export { findUsages, usagesOfEach, usagesOrSkip } from './define/usages.ts';
export type { UsageSearch } from './define/usages.ts';
export { parseGitRemote } from './define/git-remote.ts';
export { ANY_TIME, compareStamp, confirmationOf, fingerprint, matches } from './define/evidence.ts';
export { serverTime } from './define/server-time.ts';
export { afterChange, removeInTurn, tornError } from './define/torn.ts';
export type { SchemaResult, StandardSchema } from './define/schema.ts';
export { defineIssuer, defineSink, defineStore } from './define/define.ts';
export type {
  CiSystem,
  IssuerAccount,
  IssuerSetting,
  LeakForm,
  Pipeline,
  PipelineCredential,
  PipelinePath,
  PipelinePlace,
  PipelineReading,
  PipelineRequest,
  PipelineSource,
} from './define/ci.ts';
export type {
  EnvironmentVariable,
  Expansion,
  FindUsages,
  FoundUsage,
  ListedPlace,
  ReadProtection,
  SinkAdapter,
  SinkBackend,
  SinkDefinition,
  SinkPatterns,
  SkippedUsage,
  StoreAdapter,
  StoreDefinition,
  TargetPattern,
  Usage,
} from './define/definition.ts';
export type {
  CredentialFields,
  DefaultNames,
  IssuerAdapter,
  IssuerBackend,
  IssuerDefinition,
  IssuerHazard,
} from './define/issuer-definition.ts';
export type { LockBackend, StoreBackend } from './define/store-backend.ts';
export type { FieldNames, Layout } from './layout/layout.ts';
export { otherSlot, slotName } from './layout/slots.ts';
export type { Slot } from './layout/slots.ts';

export { rotate } from './runner/rotate.ts';
export { adopt } from './runner/adopt.ts';
export type { Adoption, AdoptionRequest } from './runner/adopt.ts';
export { inherit } from './runner/inherit.ts';
export type { Inheritance, InheritanceRequest } from './runner/inherit.ts';
export { deployed } from './runner/deployed.ts';
export { enable } from './runner/enable.ts';
export type { EnableRequest } from './runner/enable.ts';
export { forget } from './runner/forget.ts';
export type { Forgotten } from './runner/forget.ts';
export { sign } from './runner/sign.ts';
export type { Signing } from './runner/sign.ts';
export type {
  CanaryPolicy,
  KeptToken,
  Outcome,
  PendingToken,
  Policy,
  Progress,
  RotationReport,
  RotationRequest,
  RotationRuntime,
  SinkOutcome,
} from './runner/run/request.ts';
export type { BreakGlass, Drift } from './machine/intent.ts';
export type { Reason } from './machine/due.ts';
export type { Phase } from './ledger/phase.ts';
