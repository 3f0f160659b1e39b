import { layoutNames } from '@keyturn/core/unstable';

import { about, type Diagnosis } from '../diagnosis.ts';
import type { ContactEvidence, Evidence } from '../evidence.ts';
import * as say from '../../messages-of-checks.ts';

const { fine, note, warn, wrong } = about('names');

interface Contact extends ContactEvidence {
  readonly id: string;
}

/** On first contact: whether the sinks already contain the names that keyturn will write. */
export function* contact({ sinks }: Evidence): Generator<Diagnosis> {
  const contacts = sinks.checks.flatMap((one): Contact[] =>
    one.contact === undefined ? [] : [{ id: one.id, ...one.contact }],
  );
  for (const rotation of new Set(contacts.map((one) => one.rotation)))
    yield* contactOf(contacts.filter((one) => one.rotation === rotation));
}

function* contactOf(contacts: readonly Contact[]): Generator<Diagnosis> {
  const [first] = contacts;
  if (first === undefined) return;
  const names = first.fields.flat();
  const whole = contacts.filter(({ fields, present }) =>
    fields.every((some) => isIn(some, present)),
  );
  const none = contacts.filter(({ present }) => present.length === 0);
  const half = contacts.filter((one) => !whole.includes(one) && !none.includes(one));
  for (const one of half) yield halfOf(one);
  if (whole.length > 0) yield aboutSinks(fine('names', say.namesFound(names, idsOf(whole))), whole);
  for (const one of none) {
    const isEmpty = one.near?.length === 0;
    if (whole.length === 0 && one.isKnownOtherwise)
      yield aboutSinks(
        warn('names-missing', say.namesDifferent(one.id, one.fields.flat(), one.proposal)),
        [one],
      );
    else if (whole.length === 0 && !isEmpty)
      yield aboutSinks(note('names-missing', say.namesUnknown(one.id, names, one.proposal)), [one]);
    else yield aboutSinks(fine('names', say.namesCreated(names, one.id)), [one]);
  }
  for (const one of contacts) yield* shown(one);
  yield* inPipelines(contacts, whole);
}

/** What the pipelines here read, each once: other names than those in sinks without the configured ones, and fixed values. */
function* inPipelines(
  contacts: readonly Contact[],
  whole: readonly Contact[],
): Generator<Diagnosis> {
  const told = new Set<string>();
  for (const one of contacts) {
    const { reads, fixed } = one.pipelines;
    const others = whole.includes(one) ? [] : reads;
    for (const said of [
      ...others.map((read) => say.namesInPipelines(read.files, layoutNames(read.layout), read)),
      ...fixed.map((part) => say.fixedInPipelines(part)),
    ]) {
      if (told.has(said.text)) continue;
      told.add(said.text);
      yield aboutSinks(warn('names-pipelines', said), [one]);
    }
  }
}

function halfOf(one: Contact): Diagnosis {
  const absent = one.fields.filter((some) => !isIn(some, one.present)).flat();
  return aboutSinks(wrong('names-half', say.namesHalf(one.id, one.present, absent, one.proposal)), [
    one,
  ]);
}

/** The current token is also in places that keyturn does not write. */
function* shown(one: Contact): Generator<Diagnosis> {
  const seen = (one.near ?? []).filter(({ shows }) => shows !== undefined);
  if (seen.length === 0) return;
  const where = seen.map(({ name, scope }) => (scope === undefined ? name : `${name} (${scope})`));
  yield aboutSinks(warn('names-elsewhere', say.namesElsewhere(one.id, where, one.fields.flat())), [
    one,
  ]);
}

function isIn(names: readonly string[], present: readonly string[]): boolean {
  const upper = new Set(present.map((name) => name.toUpperCase()));
  return names.some((name) => upper.has(name.toUpperCase()));
}

function idsOf(contacts: readonly Contact[]): string[] {
  return contacts.map(({ id }) => id);
}

function aboutSinks(diagnosis: Diagnosis, contacts: readonly Contact[]): Diagnosis {
  return { ...diagnosis, sinks: idsOf(contacts) };
}
