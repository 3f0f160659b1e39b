import { fieldNames, layoutNames, type FieldNames, type Layout } from '../../layout/layout.ts';
import { existingNames, fittingNames } from '../../messages.ts';
import type { RotationRequest } from './request.ts';

/** What to write in the configuration, so that it fits the names that are there. */
export function proposal(
  { layout, spellings = [] }: Pick<RotationRequest, 'layout' | 'spellings'>,
  there: readonly string[],
): string {
  const fitting = fit(layout, spellings, there);
  return fitting === undefined ? existingNames(there) : fittingNames(textOf(fitting));
}

/** The spelling of which every name is there; else one put together of the fields of several. */
export function fit(
  layout: Layout,
  spellings: readonly Layout[],
  there: readonly string[],
): Layout | undefined {
  const isThere = (name: string): boolean => there.includes(name);
  const whole = spellings.find((one) => layoutNames(one).every(isThere));
  if (whole !== undefined || layout.kind !== 'pair') return whole;
  const fields = Object.keys(layout.names);
  const pairs = [layout, ...spellings].flatMap((one) => (one.kind === 'pair' ? [one.names] : []));
  const chosen = fields.map(
    (field) => [field, pairs.flatMap((names) => namesOf(names, field)).find(isThere)] as const,
  );
  if (chosen.some(([, name]) => name === undefined)) return undefined;
  return { kind: 'pair', names: Object.fromEntries(chosen) as FieldNames };
}

function namesOf(names: FieldNames, field: string): readonly string[] {
  return Object.hasOwn(names, field) ? fieldNames({ [field]: names[field] ?? [] }) : [];
}

function textOf(layout: Layout): string {
  if ('name' in layout) return `layout: ${layout.kind}, names: { ${layout.kind}: ${layout.name} }`;
  const fields = Object.entries(layout.names).map(
    ([field, name]) => `${field}: ${typeof name === 'string' ? name : `[${name.join(', ')}]`}`,
  );
  return `names: { ${fields.join(', ')} }`;
}
