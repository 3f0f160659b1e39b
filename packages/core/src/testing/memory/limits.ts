import { KeyturnError, reveal, type SinkEntry, type SinkLimits } from '../../index.ts';

/** @throws {KeyturnError} `NAME_INVALID` */
export function checkName(id: string, limits: SinkLimits, name: string): void {
  if (limits.name?.test(name) ?? name !== '') return;
  throw new KeyturnError('NAME_INVALID', `${id}: the name "${name}" is not allowed there`, {
    hint: 'Choose another name.',
    effect: 'none',
  });
}

/** Whether the limits say that this value cannot be stored. */
export function isRefused(limits: SinkLimits, value: string): boolean {
  const { maxBytes = Infinity, value: pattern } = limits;
  return Buffer.byteLength(value) > maxBytes || pattern?.test(value) === false;
}

/** @throws {KeyturnError} `NAME_INVALID`, `VALUE_INVALID` */
export function checkEntry(id: string, limits: SinkLimits, { name, value }: SinkEntry): void {
  checkName(id, limits, name);
  if (!isRefused(limits, reveal(value))) return;
  throw new KeyturnError('VALUE_INVALID', `${id}: the value of ${name} cannot be stored there`, {
    effect: 'none',
  });
}
