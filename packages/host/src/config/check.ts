import type { KeyturnError } from '@keyturn/core';
import { nearest, printable } from '@keyturn/core';
import * as v from 'valibot';

import type { Config } from './config.ts';
import { descriptionAt, keysAt } from './describe-schema.ts';
import { normalise } from './normalise.ts';
import { configSchema } from './schema.ts';
import { invalid, type ConfigSource } from './source.ts';

type Issue = v.BaseIssue<unknown>;

/** What valibot leaves out, as it could reach a prototype: a rotation of that name would go unseen. */
const RESERVED = ['__proto__', 'prototype', 'constructor'];

/** @throws {KeyturnError} `CONFIG_INVALID` for the first thing that is wrong; a wrong key before a missing one. */
export function checkConfig(source: ConfigSource): Config {
  refuseReserved(source);
  const result = v.safeParse(configSchema, source.value, { abortPipeEarly: true });
  if (result.success) return normalise(source, result.output);
  const issue = result.issues.find(isUnknownKey) ?? result.issues[0];
  throw describe(source, issue);
}

function refuseReserved(source: ConfigSource): void {
  const { rotations } = (source.value ?? {}) as { rotations?: unknown };
  const names = typeof rotations === 'object' && rotations !== null ? Object.keys(rotations) : [];
  const name = names.find((key) => RESERVED.includes(key));
  if (name === undefined) return;
  throw invalid(source, {
    path: ['rotations', name],
    part: 'key',
    message: 'the name is reserved',
    hint: 'Choose another name.',
  });
}

function isUnknownKey(issue: Issue): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}

function describe(source: ConfigSource, issue: Issue): KeyturnError {
  const path = (issue.path ?? []).map(({ key }) => key as string | number);
  const parent = path.slice(0, -1);
  const last = issue.path?.at(-1);
  if (isUnknownKey(issue)) {
    const known = keysAt(parent);
    const hint = didYouMean(path.at(-1), known) ?? `Its keys are ${known.join(', ')}.`;
    return invalid(source, { path, message: 'unknown key', hint, part: 'key' });
  }
  if (last?.origin === 'key' && issue.kind === 'schema') {
    const misspelt = nearest(String(last.key), Object.keys(last.input as object).filter(isShort));
    const hint =
      misspelt === undefined
        ? descriptionAt(path)
        : `Write ${last.key as string} instead of ${misspelt}.`;
    return invalid(source, { path, message: 'missing', hint, part: 'key', at: parent });
  }
  const part = last?.origin === 'key' ? 'key' : 'value';
  const candidates = [...(issue.expected ?? '').matchAll(/"([^"]+)"/g)].map(
    ([, word = '']) => word,
  );
  const hint = didYouMean(issue.input, candidates) ?? descriptionAt(path);
  return invalid(source, { path, message: messageOf(issue), hint, part });
}

function messageOf({ kind, message, input }: Issue): string {
  if (kind === 'schema') return `${message}, not ${nameOf(input)}`;
  return typeof input === 'string' && input !== '' ? `${nameOf(input)} ${message}` : message;
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return `"${printable(value, 60)}"`;
  if (typeof value === 'number' || typeof value === 'boolean')
    return `the ${typeof value} ${value}`;
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}
function didYouMean(word: unknown, candidates: readonly string[]): string | undefined {
  if (typeof word !== 'string' || !isShort(word)) return undefined;
  const candidate = nearest(word, candidates);
  return candidate === undefined ? undefined : `Did you mean ${candidate}?`;
}

/** The distance of words costs their lengths multiplied. */
function isShort(word: string): boolean {
  return word.length <= 64;
}
