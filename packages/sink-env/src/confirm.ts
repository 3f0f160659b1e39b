import { type Confirmation, type Expectation, matches, type Receipt, reveal } from '@keyturn/core';

import { decode, encode } from './bytes.ts';
import { scanFor } from './edit.ts';
import { type EnvFile, readFile } from './env-file.ts';

/**
 * Compares every line that sets an expected name, and the value that a program reads, with the expected value; without one,
 * with the fingerprint of the delivery.
 */
export async function confirm(
  file: EnvFile,
  expected: readonly Expectation[],
  receipt: Receipt | undefined,
): Promise<Confirmation> {
  const snapshot = await readFile(file);
  if (snapshot === undefined) return 'absent';
  const { id, format } = file;
  const names = expected.map(({ name }) => name);
  const { assignments } = scanFor(id, format, snapshot.text, names);
  const read = format.read(snapshot.text);
  const verdicts = expected.flatMap(({ name, value }): Confirmation[] => {
    const found = assignments.filter((assignment) => assignment.name === name);
    if (found.length === 0) return ['absent'];
    const isOurs = recognises(value, stampOf(receipt, name));
    return [...found.map((one) => one.value), read.get(name)].map((actual) =>
      actual === undefined || isOurs === undefined
        ? 'unreadable'
        : isOurs(actual)
          ? 'same'
          : 'different',
    );
  });
  const order = ['absent', 'different', 'unreadable'] as const;
  return order.find((verdict) => verdicts.includes(verdict)) ?? 'same';
}

/** Undefined if nothing is known about the delivery. */
function recognises(
  value: Expectation['value'],
  stamp: string | undefined,
): ((actual: string) => boolean) | undefined {
  if (value !== undefined) {
    const wanted = encode(reveal(value));
    return (actual) => actual === wanted;
  }
  return stamp === undefined ? undefined : (actual) => matches(stamp, decode(actual));
}

function stampOf(receipt: Receipt | undefined, name: string): string | undefined {
  const stamps = receipt?.stamps ?? {};
  return Object.hasOwn(stamps, name) ? stamps[name] : undefined;
}
