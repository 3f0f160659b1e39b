import { holders } from '@keyturn/core/unstable';

import * as say from '../../messages-of-checks.ts';
import type { Evidence } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { couldBe, fitting, shownBy } from '../shown.ts';

export const shared: Rule = {
  id: 'KT002',
  name: 'token-shared',
  severity: 'warning',
  ...say.ruleTexts.shared,
  needs: ['ledgers', 'sinks'],
  basis: ['ledgers', 'sinks'],
  *find(evidence) {
    const told = new Set<string>();
    for (const { name, policy, state } of evidence.rotations) {
      const kinds = kindsOf(policy?.sinks ?? [...state.sinks.keys()]);
      if (kinds.length < 2) continue;
      if (state.current !== undefined) told.add(state.current);
      yield {
        subject: name,
        ...say.deliversToSeveral(kinds),
        rotation: name,
      };
    }
    for (const [token, { sinks, rotations, isHeuristic }] of usersByToken(evidence)) {
      if (told.has(token) || (rotations.size < 2 && kindsOf([...sinks]).length < 2)) continue;
      yield {
        subject: token,
        ...say.isInSeveral([...sinks].toSorted(), [...rotations]),
        ...(isHeuristic && { isHeuristic }),
        token,
      };
    }
  },
};

interface Users {
  readonly sinks: Set<string>;
  readonly rotations: Set<string>;
  /** One of them shows only the end of the id, or an id beside its secrets. */
  isHeuristic: boolean;
}

/** Where each token is: by what sinks show, otherwise by the ledgers. */
function usersByToken(evidence: Evidence): Map<string, Users> {
  const users = new Map<string, Users>();
  const add = (token: string, sink: string, rotation: string, isHeuristic = false): void => {
    const one = users.get(token) ?? { sinks: new Set(), rotations: new Set(), isHeuristic: false };
    one.sinks.add(sink);
    one.rotations.add(rotation);
    one.isHeuristic ||= isHeuristic;
    users.set(token, one);
  };
  for (const { name, state, shown } of evidence.rotations) {
    const told = new Set<string>();
    for (const sink of shown) {
      const { id } = sink;
      const token = shownBy(sink);
      if (token === undefined) continue;
      const record = state.sinks.get(id);
      const isKnown =
        record !== undefined && [...holders(record)].some((one) => couldBe(token, one));
      if (isKnown && token.by !== 'id') continue;
      const [only, ...more] =
        token.by === 'tail' ? (fitting(token, evidence) ?? []) : [{ id: token.text }];
      if (only === undefined || more.length > 0) continue;
      told.add(id);
      add(only.id, id, name, token.by !== 'id');
    }
    for (const sink of state.sinks.values())
      if (!told.has(sink.id)) for (const token of holders(sink)) add(token, sink.id, name);
  }
  return users;
}

function kindsOf(sinks: readonly string[]): string[] {
  return [...new Set(sinks.map((id) => id.split(':', 1)[0] ?? ''))].toSorted();
}
