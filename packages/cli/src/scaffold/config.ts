import type { DefaultNames, IssuerAccount } from '@keyturn/core';
import { stringify } from 'yaml';

import { rotationOf, type Addition } from './edit-config.ts';

/** What a new configuration says beside its rotations. */
export interface NewConfig {
  readonly issuer: string;
  /** How its account is named, and its name; undefined if the environment has it. */
  readonly account?: IssuerAccount | undefined;
  readonly org: string | undefined;
  readonly maxAge?: string;
  readonly grace?: string;
}

/** A new configuration in YAML, with comments that say what each line is for. */
export function configText(
  { issuer, account, org, maxAge = '90d', grace = '1h' }: NewConfig,
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
${accountLine(account, org)}
# One rotation is one token. Each CI system has its own, so that what leaks
# in one need not be replaced in the others.
#   maxAge   a token that is older is replaced by the next run
#   grace    how long the old one stays valid, for jobs that are running
#   sinks    where it is delivered to; github:acme/* would mean many
rotations:
${rotations.join('\n')}`;
}

function accountLine(account: IssuerAccount | undefined, name: string | undefined): string {
  if (account === undefined) return '';
  const { option, variable, title } = account;
  return name === undefined
    ? `  # ${title.replace(/^t/, 'T')} is read from the environment: ${variable}.\n`
    : `  ${option}: ${inYaml(name)}\n`;
}

/** A text stays one value on one line, whatever is in it. */
function inYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, blockQuote: false }).replace(/\n$/, '');
}
