import type { Diagnosis } from './diagnosis.ts';
import type { Evidence } from './evidence.ts';
import { contact } from './rules/contact.ts';
import { credentials } from './rules/credentials.ts';
import { drift } from './rules/drift.ts';
import { issuer } from './rules/issuer.ts';
import { clock, limits, network } from './rules/network.ts';
import { security } from './rules/security.ts';
import { setup } from './rules/setup.ts';
import { leftovers } from './rules/leftovers.ts';
import { sinks } from './rules/sinks.ts';
import { store } from './rules/store.ts';
import { token } from './rules/token.ts';

const rules = [
  setup,
  issuer,
  token,
  credentials,
  sinks,
  leftovers,
  contact,
  drift,
  store,
  network,
  clock,
  limits,
  security,
];

/** Applies all rules to the evidence, in the order in which checks depend on each other. Pure. */
export function examine(evidence: Evidence): Diagnosis[] {
  return rules.flatMap((rule) => [...rule(evidence)]);
}
