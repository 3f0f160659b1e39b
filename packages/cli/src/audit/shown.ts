import type { Evidence, SinkEvidence, TokenEvidence } from './evidence.ts';

/** Too many ids share fewer characters. */
const LEAST_TAIL = 4;

/** What a sink shows of the id of its token. */
export interface Shown {
  readonly by: 'id' | 'clue' | 'tail';
  /** The id, or its end. */
  readonly text: string;
  readonly seen: string;
}

/** The best evidence of a token's id in a sink: the id itself, one beside the secrets, or its end. */
export function shownBy({ hint, clue }: SinkEvidence): Shown | undefined {
  if (hint?.id !== undefined) return { by: 'id', text: hint.id, seen: '' };
  if (clue?.id !== undefined) return { by: 'clue', text: clue.id, seen: clue.seen };
  const { idTail = '', seen = '' } = clue ?? {};
  return idTail.length < LEAST_TAIL ? undefined : { by: 'tail', text: idTail, seen };
}

export function showsToken(sink: SinkEvidence): boolean {
  return shownBy(sink) !== undefined;
}

/** Whether the sink could hold this token, judged by what it shows. */
export function couldBe({ by, text }: Shown, id: string): boolean {
  return by === 'tail' ? id.endsWith(text) : id === text;
}

/** The issuer's tokens that match what is shown; undefined if the issuer could not be asked. */
export function fitting(
  shown: Shown,
  { tokens }: Pick<Evidence, 'tokens'>,
): readonly TokenEvidence[] | undefined {
  return tokens?.filter(({ id }) => couldBe(shown, id));
}

/** The complete ids that sinks show, to be looked up if the issuer's list does not contain them. */
export function shownIds({ rotations }: Pick<Evidence, 'rotations'>): string[] {
  return rotations
    .flatMap(({ shown }) => shown)
    .flatMap((sink) => shownBy(sink) ?? [])
    .filter(({ by, text }) => by !== 'tail' && /^[\w-]{1,64}$/.test(text))
    .map(({ text }) => text);
}
