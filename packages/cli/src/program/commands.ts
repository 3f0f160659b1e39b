import type { CommandSpec } from './spec.ts';
import { adapters } from './specs/adapters.ts';
import { init } from './specs/init.ts';
import { plan } from './specs/plan.ts';
import { rotate } from './specs/rotate.ts';
import { demo, sandbox } from './specs/sandbox.ts';
import { status } from './specs/status.ts';
import { tokens } from './specs/token.ts';

/** Every command, in the order in which the help lists them. */
export const commands: readonly CommandSpec[] = [
  rotate,
  plan,
  status,
  ...tokens,
  adapters,
  init,
  sandbox,
  demo,
];

/** What a name alone means that only has others below it. */
export const groups: Readonly<Record<string, string>> = { token: "the issuer's tokens" };
