import type { DefaultNames, FieldNames, Layout } from '@keyturn/core';
import { isMap, isNode, isSeq, parseDocument, stringify, type Node, type YAMLMap } from 'yaml';

import type { IssuerConfig } from '@keyturn/host/config';

import { notExtendable } from '../messages.ts';
import { splice, type Insertion } from './splice.ts';
import { blankComments, checkConfig, parseText } from '@keyturn/host/schema';

/** An addition to a configuration: sinks of a new or existing rotation. */
export interface Addition {
  readonly rotation: string;
  readonly isNew: boolean;
  readonly layout: Layout;
  readonly sinks: readonly string[];
  /** The issuer of a new rotation. @default that of the configuration */
  readonly issuer?: IssuerConfig;
}

/** Whether a configuration is data, which can be extended, and not a program. */
export function isData(file: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(file);
}

/**
 * Extends a configuration in YAML or JSON. Everything else stays unchanged, including comments and spaces.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` if its form can only be extended by hand
 */
export function extendText(
  file: string,
  text: string,
  additions: readonly Addition[],
  defaults: DefaultNames,
): string {
  const isJson = file.endsWith('.json');
  const document = parseDocument(isJson ? blankComments(text) : text);
  const rotations = document.get('rotations', true);
  if (!isMap(rotations) || rotations.items.length === 0) throw notExtendable(file, 'rotations');
  const insertions = additions.map((addition): Insertion => {
    const { rotation, isNew, sinks } = addition;
    if (isNew) {
      const pair = { [rotation]: rotationOf(addition, defaults) };
      return { ...placeAfterLast(file, rotations, 'rotations'), items: [pair], isJson };
    }
    const list = rotations.getIn([rotation, 'sinks'], true);
    const what = `rotations.${rotation}.sinks`;
    if (!isSeq(list) || list.items.length === 0) throw notExtendable(file, what);
    return { ...placeAfterLast(file, list, what), items: sinks, isJson };
  });
  const extended = splice(text, insertions);
  checkConfig(parseText(file, extended));
  return extended;
}

/** A rotation for the configuration, without defaults. */
export function rotationOf(
  { layout, sinks, issuer }: Pick<Addition, 'layout' | 'sinks' | 'issuer'>,
  defaults: DefaultNames,
): Readonly<Record<string, unknown>> {
  const { pair, joined, file, slot } = defaults;
  const usual: Readonly<Record<string, FieldNames[string] | undefined>> = {
    ...pair,
    joined,
    file,
    slot,
  };
  const given: FieldNames =
    'name' in layout
      ? { [layout.kind]: layout.name }
      : { ...layout.names, ...(layout.kind === 'slots' && { slot: layout.slot }) };
  const own = Object.entries(given).filter(([key, name]) => !isSame(name, usual[key]));
  return {
    ...(issuer !== undefined && { issuer: { kind: issuer.kind, ...issuer.options } }),
    ...(layout.kind !== 'pair' && { layout: layout.kind }),
    ...(own.length > 0 && { names: Object.fromEntries(own) }),
    sinks,
  };
}

/** A name and a list of only that name are the same. */
function isSame(name: FieldNames[string], usual: FieldNames[string] | undefined): boolean {
  return [name].flat().join(' ') === [usual ?? []].flat().join(' ');
}

/** The lines to add by hand. */
export function additionText(additions: readonly Addition[], defaults: DefaultNames): string {
  return additions
    .map((one) => {
      const value = one.isNew ? rotationOf(one, defaults) : { sinks: one.sinks };
      return stringify({ [one.rotation]: value }, { lineWidth: 0 });
    })
    .join('');
}

/** The position of the last item of a collection. */
function placeAfterLast(
  file: string,
  collection: YAMLMap | { readonly items: readonly unknown[]; readonly flow?: boolean },
  what: string,
): Pick<Insertion, 'start' | 'end' | 'isFlow' | 'before'> {
  const spans = collection.items.map((item) => spanOf(item));
  const [last, previous] = spans.toReversed();
  const start = isNode(collection) ? collection.range?.[0] : undefined;
  if (last === undefined || start === undefined) throw notExtendable(file, what);
  return { ...last, isFlow: collection.flow === true, before: previous?.end ?? start + 1 };
}

function spanOf(item: unknown): { readonly start: number; readonly end: number } | undefined {
  const { key, value } = (isNode(item) ? { key: item, value: item } : item) as Record<
    string,
    unknown
  >;
  const start = isNode(key) ? key.range?.[0] : undefined;
  const end = isNode(value) ? endOf(value) : undefined;
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** The parser ends a block where the next node starts, so the end of its last leaf is used. */
function endOf(node: Node): number | undefined {
  const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
  const last: unknown = isBlock ? node.items.at(-1) : undefined;
  return last === undefined ? node.range?.[1] : spanOf(last)?.end;
}
