import type { CommandSpec, Group } from './spec.ts';
import { abort } from './specs/abort.ts';
import { adapters } from './specs/adapters.ts';
import { adopt } from './specs/adopt.ts';
import { audit } from './specs/audit.ts';
import { completion } from './specs/completion.ts';
import { configs } from './specs/config.ts';
import { discover } from './specs/discover.ts';
import { doctor } from './specs/doctor.ts';
import { enable } from './specs/enable.ts';
import { fleets } from './specs/fleet.ts';
import { forget } from './specs/forget.ts';
import { history } from './specs/history.ts';
import { init } from './specs/init.ts';
import { ledgers } from './specs/ledger.ts';
import { plan } from './specs/plan.ts';
import { released } from './specs/released.ts';
import { rotate } from './specs/rotate.ts';
import { demo, sandbox } from './specs/sandbox.ts';
import { status } from './specs/status.ts';
import { tokens } from './specs/token.ts';

/** Commands with the same purpose. */
export interface Section {
  readonly title: string;
  readonly commands: readonly CommandSpec[];
}

/** All commands by purpose, in the order of the help and the manual. */
export const sections: readonly Section[] = [
  { title: 'Rotate:', commands: [rotate, plan, enable, released, abort, forget] },
  { title: 'Inspect:', commands: [status, history, audit, doctor] },
  { title: 'Set up:', commands: [init, discover, adopt, adapters, ...configs] },
  { title: 'Tokens:', commands: tokens },
  { title: 'Ledgers:', commands: ledgers },
  { title: 'Fleet:', commands: fleets },
  { title: 'Tools:', commands: [completion, sandbox, demo] },
];

export const commands: readonly CommandSpec[] = sections.flatMap((section) => section.commands);

/** Names that only group commands, with an alias that people may know from the issuer's own command line. */
export const groups: Readonly<Record<string, Group>> = {
  config: { summary: 'check the configuration' },
  fleet: { summary: 'run many rotations on many machines' },
  ledger: { summary: 'manage the ledgers' },
  token: {
    summary: "manage the issuer's tokens",
    alias: 'service-token',
  },
};
