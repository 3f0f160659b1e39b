/** What one command opens, for the command line and the fleet. Not stable: it can change in any version. */
export { mapLimited } from '../session/limited.ts';
export { configured, DEFAULT_SETTLE, openPlans } from '../requests/plans.ts';
export type { Plans } from '../requests/plans.ts';
export type { PlannedRequest, RotationFlags } from '../requests/request.ts';
export { means, select } from '../requests/select.ts';
export { Session, kindOf } from '../session/session.ts';
export { findBeside } from '../adapters/beside.ts';
export { refuseForeignAdapter } from '../adapters/owner.ts';
export {
  conventionalNames,
  discoverAdapters,
  findAdapters,
  resolveFrom,
} from '../adapters/discover.ts';
export { roles } from '../adapters/role.ts';
export type { FoundAdapter } from '../adapters/discover.ts';
export type { Role } from '../adapters/role.ts';
export { ownKinds, ownPackage, usualIssuer } from '../adapters/own-kinds.ts';
export { stateOf } from '../session/location.ts';
export { aboutOf, noteNamed, readNamed } from '../requests/named.ts';
export { recordedNames } from '../requests/recorded.ts';
export { configFile, openSession, openStore } from '../requests/store.ts';
export { ledgerKey } from '../session/ledger-key.ts';
export { openAnnouncer } from '../notify/open.ts';
export { accountOptions } from '../requests/account.ts';
export { openIssuer } from '../requests/issuer.ts';
export { layoutOf, layoutsOf } from '../requests/layout.ts';
export { readEntry } from '../requests/entry.ts';
export type { Entry } from '../requests/entry.ts';
export { validateConfig } from '../config/validate.ts';
export { placeText } from '../config/source.ts';
export type { ConfigProblem } from '../config/source.ts';
export { configurationMissing, leftoverText } from '../messages.ts';
export { formerlyKnown, leftoversAt } from '../session/leftovers.ts';
export type { FoundLeftover } from '../session/leftovers.ts';
export { openSinks } from '../requests/sinks.ts';
export { loadTrusted } from '../session/trusted.ts';
export { checkoutOf } from '../trust/checkout.ts';
export { runPlans } from '../run/run.ts';
