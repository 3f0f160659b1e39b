/**
 * The conformance kits, in-memory adapters and a clock that does not wait, for tests of adapters. Changes only in a major version.
 *
 * @module @keyturn/core/testing
 * @public
 */
export { adapterContext } from './adapter/context.ts';
export { errorOf } from './adapter/error.ts';
export { startServer } from './adapter/server.ts';
export type { Received, Reply, Routes, TestServer } from './adapter/server.ts';
export { virtualClock } from './memory/clock.ts';
export type { VirtualClock, VirtualClockOptions } from './memory/clock.ts';
export { seededRandom } from './memory/random.ts';
export { memoryIssuer } from './memory/issuer.ts';
export type { MemoryIssuer, MemoryIssuerOptions } from './memory/issuer.ts';
export { memorySink } from './memory/sink.ts';
export type { MemoryEntry, PlatformTimes, Reading } from './memory/platform.ts';
export type { MemorySink, MemorySinkOptions } from './memory/sink.ts';
export { memoryStore } from './memory/store.ts';
export type { IssuerTimes, MemoryToken } from './memory/tokens.ts';
export type { MemoryStore, MemoryStoreOptions } from './memory/store.ts';
export type { Fault, FaultCall, FaultHook } from './memory/wire.ts';
export { runCheck } from './conformance/check.ts';
export type {
  Awaitable,
  Check,
  CheckResult,
  Closable,
  ReceivedRequest,
  TestFunctions,
} from './conformance/check.ts';
export { issuerChecks, runIssuerConformance } from './conformance/issuer/checks.ts';
export type { IssuerFixture, ProviderToken } from './conformance/issuer/fixture.ts';
export { runSinkConformance, sinkChecks } from './conformance/sink/checks.ts';
export type { PlatformClock, SinkFixture } from './conformance/sink/fixture.ts';
export { runStoreConformance, storeChecks } from './conformance/store/checks.ts';
export type { StoreFixture } from './conformance/store/fixture.ts';
