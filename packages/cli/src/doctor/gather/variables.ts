import type { Environment, EnvironmentVariable } from '@keyturn/core';

import { oddities } from '../../messages-of-checks.ts';
import type { VariableEvidence } from '../evidence.ts';

/** The variables with secrets that are set: their lengths and what is wrong with their forms, but not their values. */
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

/** What is wrong with a value that cannot be a secret, such as a copied placeholder. */
export function oddityOf(value: string): string | undefined {
  const text = value.trim();
  if (text === '') return oddities.blank;
  if (/^\*+$/.test(text)) return oddities.masked;
  if (/^\$\{\{|^\$\{?[A-Z_]+\}?$/.test(text)) return oddities.placeholder;
  if (/^(["'`]).*\1$/s.test(text)) return oddities.quoted;
  // A key in the PEM format has many lines.
  if (text.includes('-----BEGIN')) return undefined;
  if (/\s/.test(text)) return oddities.blanks;
  // oxlint-disable-next-line eslint/no-control-regex -- not allowed in a header
  if (/[^\u0021-\u007e]/.test(text)) return oddities.unsendable;
  return undefined;
}
