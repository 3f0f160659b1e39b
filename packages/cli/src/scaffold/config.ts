import type { DefaultNames } from '@keyturn/core';
import { stringify } from 'yaml';

import { rotationOf, type Addition } from './edit-config.ts';

/** What a new configuration says beside its rotations. */
export interface NewConfig {
  readonly issuer: string;
  readonly org: string | undefined;
  readonly maxAge?: string;
  readonly grace?: string;
}

/** A new configuration in YAML, with comments that say what each line is for. */
export function configText(
  { issuer, org, maxAge = '90d', grace = '1h' }: NewConfig,
  additions: readonly Addition[],
  defaults: DefaultNames,
): string {
  const rotations = additions.map((one) => {
    const lines = inYaml(rotationOf(one, defaults)).split('\n');
    return [
      `  ${inYaml(one.rotation)}:`,
      `    maxAge: ${inYaml(maxAge)}`,
      `    grace: ${inYaml(grace)}`,
      ...lines.map((line) => `    ${line}`),
      '',
    ].join('\n');
  });
  return `# yaml-language-server: $schema=./node_modules/@keyturn/cli/schema.json
# Which tokens are rotated, and where CI reads them from. Nothing is secret.
issuer:
  kind: ${inYaml(issuer)}
${org === undefined ? '  # The organization is read from the environment: PLANETSCALE_ORG.\n' : `  org: ${inYaml(org)}\n`}
# One rotation is one token. Each CI system has its own, so that what leaks
# in one need not be replaced in the others.
#   maxAge   a token that is older is replaced by the next run
#   grace    how long the old one stays valid, for jobs that are running
#   sinks    where it is delivered to; github:acme/* would mean many
rotations:
${rotations.join('\n')}`;
}

/** A text stays one value on one line, whatever is in it. */
function inYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, blockQuote: false }).replace(/\n$/, '');
}
