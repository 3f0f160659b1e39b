import type { DefaultNames, IssuerAccount } from '@keyturn/core';
import { stringify } from 'yaml';

import { rotationOf, type Addition } from './edit-config.ts';

/** A new configuration, except its rotations. */
export interface NewConfig {
  readonly issuer: string;
  /** How the issuer names its account. */
  readonly account?: IssuerAccount | undefined;
  /** The name of the account; undefined if it comes from the environment. */
  readonly org: string | undefined;
  readonly maxAge?: string;
  readonly grace?: string;
  /** The variable with the address of a monitor; undefined for none. */
  readonly heartbeat?: string | undefined;
}

/** A new configuration in YAML, with comments. */
export function configText(
  { issuer, account, org, maxAge = '90d', grace = '1h', heartbeat }: NewConfig,
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
# The tokens to rotate, and where CI reads them. Contains no secrets.
issuer:
  kind: ${inYaml(issuer)}
${accountLine(account, org)}
# Each rotation has one token. Each CI system has its own rotation, so that
# a leak in one does not concern the others.
#   maxAge   the next run replaces a token that is older
#   grace    how long the old token stays valid for running jobs
#   sinks    where the token is delivered to; a pattern such as KIND:OWNER/*
#            matches many
rotations:
${rotations.join('\n')}${heartbeatLines(heartbeat)}`;
}

function heartbeatLines(variable: string | undefined): string {
  if (variable === undefined) return '';
  return `
# Requested after every good run: a monitor behind the URL in this variable
# notices if runs stop.
notify:
  heartbeat:
    urlEnv: ${inYaml(variable)}
`;
}

function accountLine(account: IssuerAccount | undefined, name: string | undefined): string {
  if (account === undefined) return '';
  const { option, variable, title } = account;
  return name === undefined
    ? `  # ${title.replace(/^t/, 'T')} is read from the environment: ${variable}.\n`
    : `  ${option}: ${inYaml(name)}\n`;
}

/** Any text becomes one value on one line. */
function inYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, blockQuote: false }).replace(/\n$/, '');
}
