import type { Environment, EnvironmentVariable } from '@keyturn/core';

import type { VariableEvidence } from '../evidence.ts';

/** The variables with secrets that are set, by their lengths and what is odd about their forms: nothing of what they hold. */
export function lookAtVariables(
  variables: readonly EnvironmentVariable[],
  env: Environment,
): VariableEvidence[] {
  const names = new Set(variables.filter(({ secret }) => secret).map(({ name }) => name));
  return [...names].flatMap((name) => {
    const value = env[name] ?? '';
    if (value === '') return [];
    const oddity = oddityOf(value);
    return [{ name, length: value.length, ...(oddity !== undefined && { oddity }) }];
  });
}

/** What no secret looks like, and what a copied or unset one does. */
export function oddityOf(value: string): string | undefined {
  const text = value.trim();
  if (text === '') return 'holds nothing but blanks';
  if (/^\*+$/.test(text)) return 'holds nothing but stars, as a log shows a secret';
  if (/^\$\{\{|^\$\{?[A-Z_]+\}?$/.test(text)) return 'holds the name of a variable, not put in';
  if (/^(["'`]).*\1$/s.test(text)) return 'stands in quotes, which belong to it as it is set';
  // A key in the PEM format has many lines.
  if (text.includes('-----BEGIN')) return undefined;
  if (/\s/.test(text)) return 'has a blank or a line break in it';
  // oxlint-disable-next-line eslint/no-control-regex -- what cannot stand in a header
  if (/[^\u0021-\u007e]/.test(text)) return 'has a character that cannot be sent';
  return undefined;
}
