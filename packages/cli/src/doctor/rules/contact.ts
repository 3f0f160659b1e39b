import { about, type Diagnosis } from '../diagnosis.ts';
import type { ContactEvidence, Evidence } from '../evidence.ts';
import { listed } from '@keyturn/host/text';

const { fine, note, warn, wrong } = about('names');

interface Contact extends ContactEvidence {
  readonly id: string;
}

/** Before the first rotation: whether what is in the sinks has the names that keyturn is going to write. */
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
  const names = first.fields.flat().join(' and ');
  const whole = contacts.filter(({ fields, present }) =>
    fields.every((some) => isIn(some, present)),
  );
  const none = contacts.filter(({ present }) => present.length === 0);
  const half = contacts.filter((one) => !whole.includes(one) && !none.includes(one));
  for (const one of half) yield halfOf(one);
  if (whole.length > 0)
    yield aboutSinks(fine('names', `${names} are in ${listed(idsOf(whole))}`), whole);
  for (const one of none) {
    const isEmpty = one.near?.length === 0;
    if (whole.length === 0 && one.isKnownOtherwise)
      yield aboutSinks(
        warn(
          'names-missing',
          `${one.id} has neither ${one.fields.flat().join(' nor ')}: its jobs read the token under other names`,
          one.proposal,
        ),
        [one],
      );
    else if (whole.length === 0 && !isEmpty)
      yield aboutSinks(
        note(
          'names-missing',
          `${one.id} has none of ${names}: they will be new there, and a token that is read under other names is kept`,
          one.proposal,
        ),
        [one],
      );
    else yield aboutSinks(fine('names', `${names} will be new in ${one.id}`), [one]);
  }
  for (const one of contacts) yield* shown(one);
}

function halfOf(one: Contact): Diagnosis {
  const absent = one.fields.filter((some) => !isIn(some, one.present)).flat();
  return aboutSinks(
    wrong(
      'names-half',
      `${one.id} has ${one.present.join(' and ')}, and no ${absent.join(' or ')}: a rotation would break the job that reads it, and is refused`,
      one.proposal,
    ),
    [one],
  );
}

/** The token in use is seen where keyturn does not write. */
function* shown(one: Contact): Generator<Diagnosis> {
  const seen = (one.near ?? []).filter(({ shows }) => shows !== undefined);
  if (seen.length === 0) return;
  const where = seen.map(({ name, scope }) => (scope === undefined ? name : `${name} (${scope})`));
  yield aboutSinks(
    warn(
      'names-elsewhere',
      `${one.id}: the token in use is in ${listed(where)} too, which keyturn does not write`,
      `Let jobs read ${one.fields.flat().join(' and ')}, or write those names under names: in the configuration. Until then the token is kept.`,
    ),
    [one],
  );
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
