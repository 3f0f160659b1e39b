import type { DefaultNames, IssuerAdapter } from '@keyturn/core';
import type { IssuerConfig } from '@keyturn/host/config';
import { stringify } from 'yaml';

import { rotationOf, type Addition } from './edit-config.ts';
import { issuerLines } from './issuer-lines.ts';

/** A new configuration, except its rotations. */
export interface NewConfig {
  readonly issuer: Pick<IssuerAdapter, 'kind' | 'account' | 'settings'>;
  /** Without the account if it comes from the environment. */
  readonly options: IssuerConfig['options'];
  readonly maxAge?: string;
  readonly grace?: string;
  /** The variable with the address of a monitor; undefined for none. */
  readonly heartbeat?: string | undefined;
}

/** A new configuration in YAML, with comments. */
export function configText(
  { issuer, options, maxAge = '90d', grace = '1h', heartbeat }: NewConfig,
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
${issuerLines(issuer, options)
  .map((line) => `  ${line}\n`)
  .join('')}
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

/** Any text becomes one value on one line. */
function inYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, blockQuote: false }).replace(/\n$/, '');
}
