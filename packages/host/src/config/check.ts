import type { KeyturnError } from '@keyturn/core';
import { nearest } from '@keyturn/core';
import * as v from 'valibot';

import {
  formWrong,
  isShort,
  keyMissing,
  keyUnknown,
  nameReserved,
  typeWrong,
  valueInvalid,
} from '../messages.ts';
import type { Config } from './config.ts';
import { descriptionAt, keysAt } from './describe-schema.ts';
import { normalise } from './normalise.ts';
import { configSchema } from './schema.ts';
import { invalid, type ConfigSource } from './source.ts';

type Issue = v.BaseIssue<unknown>;

/** valibot ignores these keys, because they could change a prototype: a rotation of such a name would be ignored. */
const RESERVED = ['__proto__', 'prototype', 'constructor'];

/** @throws {KeyturnError} `CONFIG_INVALID` for the first problem; an unknown key comes before a missing one. */
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
  throw invalid(source, { path: ['rotations', name], part: 'key', ...nameReserved });
}

function isUnknownKey(issue: Issue): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}

function describe(source: ConfigSource, issue: Issue): KeyturnError {
  const path = (issue.path ?? []).map(({ key }) => key as string | number);
  const parent = path.slice(0, -1);
  const last = issue.path?.at(-1);
  if (isUnknownKey(issue)) {
    const fault = keyUnknown(path.at(-1), keysAt(parent));
    return invalid(source, { path, ...fault, part: 'key' });
  }
  if (last?.origin === 'key' && issue.kind === 'schema') {
    const misspelt = nearest(String(last.key), Object.keys(last.input as object).filter(isShort));
    const fault = keyMissing(String(last.key), misspelt, descriptionAt(path));
    return invalid(source, { path, ...fault, part: 'key', at: parent });
  }
  const part = last?.origin === 'key' ? 'key' : 'value';
  const candidates = [...(issue.expected ?? '').matchAll(/"([^"]+)"/g)].map(
    ([, word = '']) => word,
  );
  const { kind, message, input } = issue;
  const wrong = kind === 'schema' ? typeWrong(message, input) : formWrong(message, input);
  return invalid(source, {
    path,
    ...valueInvalid(wrong, input, candidates, descriptionAt(path)),
    part,
  });
}
