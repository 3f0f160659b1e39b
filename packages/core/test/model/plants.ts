import type { worlds } from './worlds.ts';

/** A mistake in the code itself: in a file of `src`, a text that is there once is replaced while it is loaded. */
export interface Plant {
  readonly name: string;
  /** The world in which it is found. */
  readonly world: keyof typeof worlds;
  readonly edits: readonly (readonly [file: string, before: string, after: string])[];
}

/** Mistakes that the model must find. The files stay as they are: see `planted.ts`. */
export const plants: readonly Plant[] = [
  {
    name: 'sends a token without having said so',
    world: 'pace',
    edits: [
      [
        'runner/steps/deliver.ts',
        'await run.ledger.append(announcement(run, sink.id, token));',
        '',
      ],
    ],
  },
  {
    name: 'asks for a token without having said so',
    world: 'stamps',
    edits: [['runner/steps/issue.ts', 'await ledger.append(...events, started);', '']],
  },
  {
    name: 'takes an empty look-up for gone',
    world: 'stamps',
    edits: [['runner/steps/look-up.ts', 'tokens.length === 0 && settled', 'tokens.length === 0']],
  },
  {
    name: 'takes a token that was there before for the one that is new',
    world: 'candidates',
    edits: [['runner/steps/look-up.ts', '...(attempt?.known ?? []), ', '']],
  },
  {
    name: 'uses a label twice',
    world: 'stamps',
    edits: [['runner/run/label.ts', '${time}-${suffix}', '']],
  },
  {
    name: 'revokes what a sink may hold',
    world: 'filtered',
    edits: [
      ['machine/release.ts', 'retired && !held.has(ref.id) &&', 'retired &&'],
      [
        'ledger/tokens.ts',
        'if (holders(sink).has(id)) throw',
        'if (holders(sink).size > 99) throw',
      ],
    ],
  },
  {
    name: 'forgets a write whose answer was lost',
    world: 'stamps',
    edits: [
      ['ledger/deliveries.ts', "event.effect === 'none' ? others : [...others, late]", 'others'],
    ],
  },
  {
    name: 'takes a sink for settled before late writes have landed',
    world: 'late',
    edits: [['runner/steps/deliver.ts', 'clock.now() - run.intent.policy.settle', 'clock.now()']],
  },
  {
    name: 'takes a stamp for proof whatever else may have landed',
    world: 'stamps',
    edits: [['runner/steps/settle.ts', 'return { receipt, since };', 'return { receipt };']],
  },
  {
    name: 'takes other names for the same place',
    world: 'names',
    edits: [
      ['runner/run/reconcile.ts', 'isSamePlace(known.place, now)) return [];', 'true) return [];'],
    ],
  },
  {
    name: 'releases what was adopted when the user vouches, whatever was written',
    world: 'names',
    edits: [
      [
        'runner/run/first-contact.ts',
        'if (!request.sinks.every(({ id }) => inStep(sinks.get(id), current))) return;',
        '',
      ],
    ],
  },
];
