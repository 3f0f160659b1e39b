import { nearest, type KeyturnError } from '@keyturn/core';
import * as v from 'valibot';

import {
  formWrong,
  isShort,
  keyMissing,
  keyUnknown,
  nameReserved,
  targetSplit,
  typeWrong,
  valueInvalid,
} from '../messages.ts';
import type { Config } from './config.ts';
import { descriptionAt, homeOf, keysAt } from './describe-schema.ts';
import { normalise, normaliseParts } from './normalise.ts';
import { configSchema } from './schema.ts';
import {
  errorOf,
  inOrder,
  placed,
  type ConfigProblem,
  type ConfigSource,
  type Problem,
} from './source.ts';

type Issue = v.BaseIssue<unknown>;

/** valibot ignores these keys, because they could change a prototype: a rotation of such a name would be ignored. */
const RESERVED = ['__proto__', 'prototype', 'constructor'];

/** Keys of the top level that hold anchors, or notes for other programs. */
const EXTENSION = /^x-/;

/** So many problems of a kind are enough for anybody. */
const MOST = 100;

/** A configuration, or everything that is wrong with it, in the order of the file. */
export interface Checked {
  readonly config?: Config;
  readonly problems: readonly ConfigProblem[];
}

/** @throws {KeyturnError} `CONFIG_INVALID` for the first problem; an unknown key comes before a missing one. */
export function checkConfig(source: ConfigSource): Config {
  const { config, problems } = examine(source);
  if (config === undefined) throw firstOf(problems);
  return config;
}

/** The error for the first of several problems. A key that is missing may be there under another name, so it comes last. */
export function firstOf(problems: readonly ConfigProblem[]): KeyturnError {
  const first = problems.find(({ isMissing }) => isMissing !== true) ?? problems[0];
  if (first === undefined) throw new Error('unreachable: there is no problem');
  return errorOf(first, problems.length - 1);
}

/** Checks everything, also behind the first problem. */
export function examine(source: ConfigSource): Checked {
  const value = withoutExtensions(source.value);
  const found: Problem[] = reservedNames(value);
  const refuse = (problem: Problem): void => void found.push(problem);
  const result = v.safeParse(configSchema, value, { abortPipeEarly: true });
  let config: Config | undefined;
  if (result.success) {
    config = normalise(source, result.output, refuse);
  } else {
    const unknown = result.issues.filter(isUnknownKey).flatMap(everyUnknown).slice(0, MOST);
    const others = result.issues.filter((issue) => !isUnknownKey(issue)).slice(0, MOST);
    const paths = unknown.map(pathOf);
    const all = [...unknown, ...others.filter((issue) => !isMisspelt(issue, paths))];
    found.push(...all.map(describe));
    normaliseParts(value, refuse);
  }
  const problems = inOrder(found.map((problem) => placed(source, problem)));
  return problems.length === 0 && config !== undefined ? { config, problems } : { problems };
}

function withoutExtensions(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !EXTENSION.test(key)));
}

function reservedNames(value: unknown): Problem[] {
  const { rotations } = (value ?? {}) as { rotations?: unknown };
  const names = typeof rotations === 'object' && rotations !== null ? Object.keys(rotations) : [];
  return names
    .filter((name) => RESERVED.includes(name))
    .map((name) => ({ path: ['rotations', name], part: 'key', ...nameReserved }));
}

function isUnknownKey(issue: Issue): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}

/** valibot reports only the first unknown key of a mapping. */
function everyUnknown(issue: Issue): Issue[] {
  const last = issue.path?.at(-1);
  if (issue.path === undefined || last === undefined) return [issue];
  const parent = issue.path.slice(0, -1);
  const known = new Set(keysAt(pathOf(issue).slice(0, -1)));
  return Object.keys(last.input as object)
    .filter((key) => key !== '$schema' && !known.has(key))
    .slice(0, MOST)
    .map((key) => ({
      ...issue,
      path: [...parent, { ...last, key } as v.IssuePathItem] as unknown as NonNullable<
        Issue['path']
      >,
    }));
}

function isMissingKey(issue: Issue): boolean {
  return issue.path?.at(-1)?.origin === 'key' && issue.kind === 'schema' && !isUnknownKey(issue);
}

/** Whether a missing key is there under a name like it, which is a problem of its own. */
function isMisspelt(issue: Issue, unknown: readonly (readonly (string | number)[])[]): boolean {
  if (!isMissingKey(issue)) return false;
  const path = pathOf(issue);
  const parent = JSON.stringify(path.slice(0, -1));
  return unknown
    .filter((other) => JSON.stringify(other.slice(0, -1)) === parent)
    .some(
      (other) =>
        isShort(String(other.at(-1))) && nearest(String(other.at(-1)), [String(path.at(-1))]),
    );
}

function pathOf(issue: Issue): (string | number)[] {
  return (issue.path ?? []).map(({ key }) => key as string | number);
}

function describe(issue: Issue): Problem {
  const path = pathOf(issue);
  const parent = path.slice(0, -1);
  const last = issue.path?.at(-1);
  if (isUnknownKey(issue)) {
    const home = homeOf(String(path.at(-1)));
    const fault = keyUnknown(path.at(-1), keysAt(parent), { home, isTop: parent.length === 0 });
    return { path, ...fault, part: 'key' };
  }
  if (last !== undefined && isMissingKey(issue)) {
    const misspelt = nearest(String(last.key), Object.keys(last.input as object).filter(isShort));
    const fault = keyMissing(String(last.key), misspelt, descriptionAt(path));
    return { path, ...fault, part: 'key', at: parent, isMissing: true };
  }
  const part = last?.origin === 'key' ? 'key' : 'value';
  const candidates = [...(issue.expected ?? '').matchAll(/"([^"]+)"/g)].map(
    ([, word = '']) => word,
  );
  const { kind, message, input } = issue;
  const wrong = kind === 'schema' ? typeWrong(message, input) : formWrong(message, input);
  const fault = valueInvalid(wrong, input, candidates, descriptionAt(path));
  return { path, ...fault, ...splitTarget(path, input), part };
}

/** A target with a space after its colon is a mapping in YAML. */
function splitTarget(path: readonly (string | number)[], input: unknown): { hint?: string } {
  if (path.at(-2) !== 'sinks' || typeof input !== 'object' || input === null) return {};
  const [[kind, rest] = [], ...others] = Object.entries(input);
  if (kind === undefined || others.length > 0 || typeof rest !== 'string') return {};
  return { hint: targetSplit(`${kind}:${rest}`) };
}
