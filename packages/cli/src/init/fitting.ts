import { KeyturnError, type Layout, type SecretSink } from '@keyturn/core';
import { fittingLayout, proposal } from '@keyturn/core/unstable';

import type { Addition } from '../scaffold/edit-config.ts';
import type { Discovery } from '../discover/discover.ts';
import { signatureOf } from '../discover/layouts.ts';
import type { Host } from '../host.ts';
import { half as halfText } from '../messages.ts';
import { mapLimited, Session } from '@keyturn/host/session';

/** How many places are checked at once. */
const CONCURRENCY = 16;

/** What can be rotated as it is, and what needs a change by hand first. */
export interface Fitted {
  readonly additions: readonly Addition[];
  readonly byHand: readonly string[];
}

/**
 * Proposes other names if a place has only some names of the layout: a rotation would write one half next to a half that jobs read
 * from another place, so it is refused.
 */
export async function fitAdditions(discovery: Discovery, host: Host): Promise<Fitted> {
  const session = new Session(host, discovery.config?.directory ?? host.directory);
  try {
    const fitted = await Promise.all(
      discovery.additions.map((one) => fitAddition(one, discovery, session, host)),
    );
    return {
      additions: withoutTwins(fitted.flatMap(({ additions }) => additions)),
      byHand: fitted.flatMap(({ byHand }) => byHand),
    };
  } finally {
    await session.close();
  }
}

/** Two spellings in one place can lead to the same names. */
function withoutTwins(additions: readonly Addition[]): Addition[] {
  const seen = new Set<string>();
  return additions.flatMap((one) => {
    const sinks = one.sinks.filter((sink) => {
      const key = `${signatureOf(one.layout)} ${sink}`;
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    });
    return sinks.length === 0 ? [] : [{ ...one, sinks }];
  });
}

async function fitAddition(
  addition: Addition,
  { places, defaults }: Discovery,
  session: Session,
  host: Host,
): Promise<Fitted> {
  const { layout, sinks, rotation } = addition;
  const signature = signatureOf(layout);
  const halves = places.filter(
    ({ target, found }) =>
      found !== undefined &&
      found.missing.length > 0 &&
      found.layout.kind === 'pair' &&
      signatureOf(found.layout) === signature &&
      sinks.includes(target),
  );
  if (halves.length === 0) return { additions: [addition], byHand: [] };
  const spellings: Layout[] = [{ kind: 'pair', names: defaults.pair }, ...(defaults.others ?? [])];
  const seen = await mapLimited(halves, CONCURRENCY, async ({ target, found }) => {
    const { names = [], missing = [] } = found ?? {};
    const there = [...names, ...(await namesNear(await session.sink(target), names, host))];
    const text = halfText(target, names, missing, proposal({ layout, spellings }, there));
    return { target, fitting: fittingLayout(layout, spellings, there), text };
  });
  const half = new Set(halves.map(({ target }) => target));
  const whole = sinks.filter((sink) => !half.has(sink));
  const fitting = new Map<string, { readonly layout: Layout; readonly sinks: string[] }>();
  for (const one of seen) {
    if (one.fitting === undefined) continue;
    const key = signatureOf(one.fitting);
    const group = fitting.get(key) ?? { layout: one.fitting, sinks: [] };
    group.sinks.push(one.target);
    fitting.set(key, group);
  }
  // Other names need another rotation.
  const others = [...fitting.values()].map((group, at) => ({
    rotation:
      whole.length === 0 && at === 0 && addition.isNew ? rotation : `${rotation}-names-${at + 1}`,
    isNew: true,
    ...group,
  }));
  return {
    additions: [...(whole.length > 0 ? [{ ...addition, sinks: whole }] : []), ...others],
    byHand: seen.filter((one) => one.fitting === undefined).map(({ text }) => text),
  };
}

/** The other names of the place; none if they cannot be listed. */
async function namesNear(
  sink: SecretSink,
  names: readonly string[],
  { signal }: Host,
): Promise<readonly string[]> {
  try {
    const near = (await sink.neighbours?.({ names }, { signal })) ?? [];
    return near.filter(({ scope }) => scope === undefined).map(({ name }) => name);
  } catch (error) {
    if (!KeyturnError.is(error) || error.code === 'INTERRUPTED') throw error;
    return [];
  }
}
