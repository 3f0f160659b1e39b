import type { OptionSpec } from './spec.ts';
import { untrustedOption } from './untrusted.ts';
import { verbosityOptions } from './verbosity.ts';

/** What every command takes. */
export const globalOptions: readonly OptionSpec[] = [...verbosityOptions, untrustedOption];
export interface GlobalFlags {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly untrusted?: boolean;
}

/** Options that several commands have, so that they are the same everywhere. */
export const config: OptionSpec = {
  flags: '--config <file>',
  description: 'the configuration (default: keyturn.config.* here or above)',
};
export const org: OptionSpec = { flags: '--org <org>', description: "the issuer's organization" };
export const json: OptionSpec = { flags: '--json', description: 'print one JSON document' };
export const sink: OptionSpec = {
  flags: '--sink <kind-or-target>',
  description: 'only these sinks; without a configuration, the sinks themselves',
  repeats: true,
};
const replaces: OptionSpec = {
  flags: '--replaces <token-id>',
  description: 'the token that is in use now',
};
export const allow: OptionSpec = {
  flags: '--allow <check>',
  description: 'switch a safety check off: tracked-file, missing-names, host:NAME',
  repeats: true,
};

/** Of commands that only ask. */
export const allowHost: OptionSpec = {
  flags: '--allow <check>',
  description: 'send credentials to a host that only the configuration names: host:NAME',
  repeats: true,
};

/** What every command about rotations takes. */
export const rotating: readonly OptionSpec[] = [config, sink, org, replaces, allow, json];
