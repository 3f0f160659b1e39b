import { holders } from '@keyturn/core';

import type { Evidence } from '../evidence.ts';
import type { Rule } from '../rule.ts';

export const shared: Rule = {
  id: 'KT002',
  name: 'token-shared',
  severity: 'warning',
  summary: 'One token serves several CI systems.',
  help: 'What leaks in one system has to be replaced in all, and the issuer cannot tell who used it. One rotation for each system costs nothing.',
  needs: ['ledgers', 'sinks'],
  *find(evidence) {
    const told = new Set<string>();
    for (const { name, policy, state } of evidence.rotations) {
      const kinds = kindsOf(policy?.sinks ?? [...state.sinks.keys()]);
      if (kinds.length < 2) continue;
      if (state.current !== undefined) told.add(state.current);
      yield {
        subject: name,
        text: `delivers one token to ${kinds.join(', ')}`,
        fix: 'Give each of them a rotation of its own',
        rotation: name,
      };
    }
    for (const [token, { sinks, rotations }] of usersByToken(evidence)) {
      if (told.has(token) || (rotations.size < 2 && kindsOf([...sinks]).length < 2)) continue;
      yield {
        subject: token,
        text: `is in ${[...sinks].toSorted().join(', ')}`,
        fix: `Give each a token of its own: keyturn rotate ${[...rotations].join(' ')} --force`,
        token,
      };
    }
  },
};

interface Users {
  readonly sinks: Set<string>;
  readonly rotations: Set<string>;
}

/** Where each token is: by what sinks show, and by the ledgers where they show nothing. */
function usersByToken({ rotations }: Evidence): Map<string, Users> {
  const users = new Map<string, Users>();
  const add = (token: string, sink: string, rotation: string): void => {
    const one = users.get(token) ?? { sinks: new Set(), rotations: new Set() };
    one.sinks.add(sink);
    one.rotations.add(rotation);
    users.set(token, one);
  };
  for (const { name, state, shown } of rotations) {
    const told = new Set<string>();
    for (const { id, hint } of shown) {
      if (hint?.id === undefined) continue;
      told.add(id);
      add(hint.id, id, name);
    }
    for (const sink of state.sinks.values())
      if (!told.has(sink.id)) for (const token of holders(sink)) add(token, sink.id, name);
  }
  return users;
}

function kindsOf(sinks: readonly string[]): string[] {
  return [...new Set(sinks.map((id) => id.split(':', 1)[0] ?? ''))].toSorted();
}
