import type { OptionSpec } from './spec.ts';

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
  description: 'switch a safety check off: tracked-file, missing-names',
  repeats: true,
};

/** What every command about rotations takes. */
export const rotating: readonly OptionSpec[] = [config, sink, org, replaces, allow, json];
