import type { OptionSpec } from './spec.ts';
import { untrustedOption } from './untrusted.ts';
import { verbosityOptions } from './verbosity.ts';

/** The options of every command. */
export const globalOptions: readonly OptionSpec[] = [
  ...verbosityOptions,
  { flags: '--no-color', description: 'print no colors; the same as NO_COLOR=1' },
  untrustedOption,
];
export interface GlobalFlags {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly color?: boolean;
  readonly untrusted?: boolean;
}

/** Options that several commands share. */
export const config: OptionSpec = {
  flags: '--config <file>',
  description: 'the configuration file (default: keyturn.config.*, here or in a folder above)',
};
export const org: OptionSpec = {
  flags: '--org <org>',
  description: 'the account at the issuer, such as an organization',
};
/** For commands that write a configuration. */
export const issuerOptions: readonly OptionSpec[] = [
  {
    flags: '--issuer <kind>',
    description: 'the issuer of new rotations, as keyturn adapters lists it',
  },
  {
    flags: '--set <option=value>',
    description: 'an option of that issuer in the configuration: database=shop',
    repeats: true,
  },
];
export const json: OptionSpec = { flags: '--json', description: 'print one JSON document' };
export const sink: OptionSpec = {
  flags: '--sink <kind-or-target>',
  description: 'only these sinks; without a configuration, the sinks to use',
  repeats: true,
};
const replaces: OptionSpec = {
  flags: '--replaces <token-id>',
  description: 'the current token, which is replaced',
};
export const allow: OptionSpec = {
  flags: '--allow <check>',
  description: 'switch off a safety check: tracked-file, missing-names, host:NAME',
  repeats: true,
};

/** For commands that only read. */
export const allowHost: OptionSpec = {
  flags: '--allow <check>',
  description: 'allow a host that only the configuration names to receive credentials: host:NAME',
  repeats: true,
};

/** The options of every command about rotations. */
export const rotating: readonly OptionSpec[] = [config, sink, org, replaces, allow, json];

export const jobs: OptionSpec = {
  flags: '--jobs <n>',
  description: 'how many rotations run at the same time (default: 8)',
};
