import type { Environment, IssuerAdapter } from '@keyturn/core';
import type { IssuerConfig } from '@keyturn/host/config';
import { stringify } from 'yaml';

/** Where an option may be known from. */
interface Known {
  readonly common?: IssuerConfig | undefined;
  readonly env?: Environment;
}

/**
 * The section of an issuer, a line for each option. What is neither given nor known is a comment if the environment can name it,
 * otherwise a word in capitals.
 */
export function issuerLines(
  { kind, account, settings = [] }: Pick<IssuerAdapter, 'kind' | 'account' | 'settings'>,
  options: IssuerConfig['options'],
  { common, env = {} }: Known = {},
): string[] {
  const lines = [`kind: ${oneLine(kind)}`];
  const isNamed = Object.keys(options).some((option) => account?.instead?.includes(option));
  if (account !== undefined && !isNamed && !Object.hasOwn(options, account.option)) {
    const { option, variable, title } = account;
    const known = env[variable] ?? common?.options[option];
    lines.push(
      typeof known === 'string' && account.valid.test(known)
        ? `${option}: ${oneLine(known)}`
        : `# ${title.replace(/^t/, 'T')} is read from the environment: ${variable}.`,
    );
  }
  for (const [option, value] of Object.entries(options)) lines.push(`${option}: ${oneLine(value)}`);
  for (const { option, title, usual } of settings)
    if (!Object.hasOwn(options, option))
      lines.push(
        usual === undefined
          ? `${option}: ${option.toUpperCase()} # ${title}`
          : `${option}: ${oneLine(usual)}`,
      );
  return lines;
}

/** Any value on one line; JSON is YAML, too. */
function oneLine(value: unknown): string {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return stringify(value, { lineWidth: 0, blockQuote: false }).replace(/\n$/, '');
}
