import { readFile } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';

import { printable, type LeakForm } from '@keyturn/core';

import { gitleaksInvalid, reportUnreadable } from '../../messages-of-checks.ts';
import type { Leak } from '../evidence.ts';
import { withoutTokens, type Known } from './secret-like.ts';

/** Longer reports are not from one repository. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The part of a finding that matters here. https://github.com/gitleaks/gitleaks, `report/finding.go`. */
interface Finding {
  readonly RuleID: string;
  readonly File: string;
  readonly StartLine: number;
  readonly Commit: string;
  readonly Secret: string;
  readonly Match: string;
}

/**
 * Reads a JSON report of gitleaks. Only findings count that have the form of a secret of an installed adapter, or that are beside a
 * known id; gitleaks replaces secrets by REDACTED if it is told to, and then its rule has to be named after the adapter's kind.
 *
 * @param kinds of the installed adapters: `planetscale`, `github`
 * @throws {KeyturnError} `FILE_FAILED` if it cannot be read, `USAGE_INVALID` if it is not such a report
 */
export async function readGitleaks(
  file: string,
  directory: string,
  known: Known,
  kinds: readonly string[],
): Promise<Leak[]> {
  let text: string;
  try {
    text = await readFile(resolve(directory, file), 'utf8');
  } catch {
    throw reportUnreadable(file);
  }
  const findings = text.length > MOST_BYTES ? undefined : findingsIn(text);
  if (findings === undefined) throw gitleaksInvalid(file);
  // Shorter ids are in any text.
  const ids = [...known.ids].filter((id) => id.length >= 8);
  const patterns = known.forms.map(({ pattern }) => new RegExp(pattern));
  return findings.flatMap((finding) => {
    const isToken =
      patterns.some((pattern) => pattern.test(finding.Secret) || pattern.test(finding.Match)) ||
      kinds.some((kind) => finding.RuleID.startsWith(`${kind}-`));
    const token = ids.find((id) => finding.Match.includes(id));
    return isToken || token !== undefined
      ? [leakOf(finding, directory, known.forms, isToken, token)]
      : [];
  });
}

function leakOf(
  { File: file, StartLine: line, Commit: commit }: Finding,
  directory: string,
  forms: readonly LeakForm[],
  isToken: boolean,
  token: string | undefined,
): Leak {
  const path = isAbsolute(file) ? relative(directory, file) : file;
  return {
    file: printable(withoutTokens(path, forms)),
    isToken,
    ...(line > 0 && { line }),
    ...(token !== undefined && { token }),
    ...(commit !== '' && { commit: printable(commit.slice(0, 12)) }),
  };
}

/** Undefined if it is not a report. Findings of another form are skipped. */
function findingsIn(text: string): readonly Finding[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // A report without findings may be null.
    if (value === null) return [];
    return Array.isArray(value) ? value.flatMap(findingOf) : undefined;
  } catch {
    return undefined;
  }
}

function findingOf(value: unknown): readonly Finding[] {
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
  const text = (key: string): string => (typeof fields[key] === 'string' ? fields[key] : '');
  if (text('File') === '') return [];
  const line = fields['StartLine'];
  return [
    {
      RuleID: text('RuleID'),
      File: text('File'),
      StartLine: typeof line === 'number' && Number.isSafeInteger(line) ? line : 0,
      Commit: text('Commit'),
      Secret: text('Secret'),
      Match: text('Match'),
    },
  ];
}

/** Both lists, and each place once. */
export function together(one: readonly Leak[], other: readonly Leak[]): Leak[] {
  const keyOf = ({ file, line, commit }: Leak): string =>
    line === undefined ? `${file} ${commit ?? ''}` : `${file}:${line}`;
  const all = new Map([...other, ...one].map((leak) => [keyOf(leak), leak]));
  return [...all.values()];
}
