import { storedNames, type Layout } from '../layout/layout.ts';
import type { TokenIssuer } from '../contracts/issuer.ts';
import type { SecretSink } from '../contracts/sink.ts';

/** Which issuer and account the tokens of a ledger are of: "not there" at another one proves nothing. */
export interface IssuerIdentity {
  readonly id: string;
  readonly server?: string;
}

/**
 * Which thing a sink is, for good: a target is only its spelling. Two spellings of one thing are one place; one spelling on two
 * servers, in two folders, or with other names is two.
 */
export interface SinkPlace {
  readonly target: string;
  readonly server?: string;
  /** The platform's own unchanging id of it, once a check has told it. */
  readonly thing?: string;
  readonly layout: Layout;
}

/** The place that a configured sink means; `thing` as its check told it. */
export function placeOf(
  { id, server, limits }: Pick<SecretSink, 'id' | 'server' | 'limits'>,
  layout: Layout,
  thing?: string,
): SinkPlace {
  return {
    target: id,
    ...(server !== undefined && { server }),
    ...(thing !== undefined && { thing }),
    layout: limits.ignoresCase === true ? inUpperCase(layout) : layout,
  };
}

export function identityOf({ id, server }: Pick<TokenIssuer, 'id' | 'server'>): IssuerIdentity {
  return { id, ...(server !== undefined && { server }) };
}

/** What is not known of one of them is taken for equal: ledgers of before know neither. */
export function isSameIssuer(one: IssuerIdentity, other: IssuerIdentity): boolean {
  return one.id === other.id && agree(one.server, other.server);
}

/** The same thing at the same server, whatever names are written there. */
export function isSameThing(one: SinkPlace, other: SinkPlace): boolean {
  const areBothKnown = one.thing !== undefined && other.thing !== undefined;
  // What nearly always differs comes first: each delivery asks this of every other sink.
  const isSame = areBothKnown ? one.thing === other.thing : one.target === other.target;
  return isSame && agree(one.server, other.server);
}

export function isSamePlace(one: SinkPlace, other: SinkPlace): boolean {
  return isSameThing(one, other) && textOf(one.layout) === textOf(other.layout);
}

/** Whoever writes the one overwrites all of the other. */
export function covers(one: SinkPlace, other: SinkPlace): boolean {
  if (!isSameThing(one, other)) return false;
  const names = new Set(storedNames(one.layout));
  return storedNames(other.layout).every((name) => names.has(name));
}

/** They have a name in common. */
export function overlap(one: SinkPlace, other: SinkPlace): boolean {
  if (!isSameThing(one, other)) return false;
  const names = new Set(storedNames(one.layout));
  return storedNames(other.layout).some((name) => names.has(name));
}

/** In what a place differs from the one that its target means now, in few words, as the end of its key. */
export function difference(old: SinkPlace, now: SinkPlace): string {
  if (!agree(old.server, now.server)) return old.server ?? '';
  if (!isSameThing(old, now)) return old.thing ?? old.target;
  return `${old.layout.kind}=${storedNames(old.layout).join('+')}`;
}

function agree(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** The same text for the same layout, whatever the order of its fields. */
function textOf(layout: Layout): string {
  const fields = 'names' in layout ? Object.entries(layout.names) : [];
  const sorted = fields
    .map(([field, names]) => [field, [names].flat()] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const { kind } = layout;
  const name = 'name' in layout ? layout.name : '';
  return JSON.stringify([kind, name, 'slot' in layout ? layout.slot : '', sorted]);
}

function inUpperCase(layout: Layout): Layout {
  const upper = (text: string): string => text.toUpperCase();
  const names = (all: Readonly<Record<string, string | readonly string[]>>) =>
    Object.fromEntries(
      Object.entries(all).map(([field, name]) => [field, [name].flat().map(upper)] as const),
    );
  switch (layout.kind) {
    case 'pair':
      return { ...layout, names: names(layout.names) };
    case 'joined':
      return { ...layout, name: upper(layout.name) };
    case 'file':
      // The names in the blob are the job's own: no platform ignores their case.
      return { ...layout, name: upper(layout.name) };
    case 'slots':
      return { ...layout, names: names(layout.names), slot: upper(layout.slot) };
  }
}
