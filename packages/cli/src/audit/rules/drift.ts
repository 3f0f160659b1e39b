import type { RotationEvidence, SinkEvidence } from '../evidence.ts';
import type { Rule } from '../rule.ts';

export const drift: Rule = {
  id: 'KT008',
  name: 'secret-drifted',
  severity: 'problem',
  summary: 'A sink does not hold the token that it should.',
  help: 'Somebody changed or removed the secret, or it is older than the token that it should hold: jobs that read it may fail, and the ledger is no longer true. What a platform shows differs: an id, the end of the value, or when it was last written.',
  needs: ['ledgers', 'sinks'],
  *find({ rotations }) {
    for (const rotation of rotations) {
      const { current } = rotation.state;
      if (current === undefined) continue;
      for (const sink of rotation.shown) {
        const text = whatIsWrong(sink, rotation, current);
        if (text === undefined) continue;
        yield {
          subject: sink.id,
          text,
          fix: `Write it again: keyturn rotate ${rotation.name} --force`,
          rotation: rotation.name,
          identity: `${rotation.name} ${sink.id}`,
        };
      }
    }
  },
};

function whatIsWrong(
  { id, hint, confirmation, isOlder }: SinkEvidence,
  { name, state }: RotationEvidence,
  current: string,
): string | undefined {
  const record = state.sinks.get(id);
  // One that was never written to is due, which status tells.
  if (record === undefined) return undefined;
  const expected = record.base.length === 1 ? record.base[0] : undefined;
  if (confirmation === 'absent') return `the secret of ${name} is not there`;
  if (hint?.id !== undefined && hint.id !== current)
    return `holds the id ${hint.id}, and the token of ${name} is ${current}`;
  if (confirmation === 'different')
    return `is not what ${name} wrote: it was changed, or part of it is missing`;
  if (isOlder && expected === current)
    return `was last written before ${current}, which it should hold, was issued`;
  return undefined;
}
