import type { LayoutName } from '../layout.ts';
import { kindOf } from './kinds/all.ts';
import type { Names } from './kinds/kind.ts';

/** How a credential is written: its kind, its layout, and which of the kind's namings. */
export interface Written {
  readonly kind: string;
  readonly layout: LayoutName;
  readonly naming: number;
}

export function namesOf({ kind, naming }: Pick<Written, 'kind' | 'naming'>): Names {
  const { namings } = kindOf(kind);
  const names = namings[naming % namings.length];
  if (names === undefined) throw new Error(`there is no naming ${naming}`);
  return names;
}

/** As the configuration has them: what a layout does not know is left out. */
export function configuredNames(written: Written): object {
  const { layout } = written;
  const { fields, joined, file, slot } = namesOf(written);
  if (layout === 'joined') return { joined };
  if (layout === 'file') return { file };
  const all = Object.entries(fields).map(([field, names]) => [field, oneOrMore(names)]);
  return { ...Object.fromEntries(all), ...(layout === 'slots' && { slot }) };
}

/** As a job is told of them: it has to know what is in a file. */
export function readNames(written: Written): object {
  const { fieldsInFile } = kindOf(written.kind);
  const names = configuredNames(written);
  return written.layout === 'file' ? { ...fieldsInFile, ...names } : names;
}

function oneOrMore(names: readonly string[]): string | readonly string[] {
  const [first = '', ...others] = names;
  return others.length === 0 ? first : names;
}

/** Everything that is written in that layout: secrets, and the variable of `slots`. */
export function writtenNames(written: Written): readonly string[] {
  const { layout } = written;
  const { fields, joined = '', file } = namesOf(written);
  if (layout === 'joined') return [joined];
  if (layout === 'file') return [file];
  const all = Object.values(fields).flat();
  return layout === 'pair' ? all : all.flatMap((name) => [`${name}_A`, `${name}_B`]);
}
