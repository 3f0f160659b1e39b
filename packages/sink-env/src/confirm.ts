import { type Confirmation, type Expectation, type Receipt, reveal } from '@keyturn/core';

import { encode } from './bytes.ts';
import { scanFor } from './edit.ts';
import { type EnvFile, readFile } from './env-file.ts';
import { modifiedAt } from './snapshot.ts';

/**
 * Compares every line that sets an expected name with its value. Without a value only a file that nobody has touched since
 * the delivery is known to be the same.
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
  const isUntouched = receipt !== undefined && modifiedAt(snapshot.stats) === receipt.at;
  const verdicts = expected.flatMap(({ name, value }): Confirmation[] => {
    const found = assignments.filter((assignment) => assignment.name === name);
    if (found.length === 0) return ['absent'];
    if (value === undefined) return [isUntouched ? 'same' : 'unreadable'];
    const wanted = encode(reveal(value));
    return [...found.map((one) => one.value), read.get(name)].map((actual) =>
      actual === undefined ? 'unreadable' : actual === wanted ? 'same' : 'different',
    );
  });
  const order = ['absent', 'different', 'unreadable'] as const;
  return order.find((verdict) => verdicts.includes(verdict)) ?? 'same';
}
