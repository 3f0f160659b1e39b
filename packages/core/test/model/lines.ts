import { summarise, type Memory, type RotationEvent } from '../../src/index.ts';
import { landCreate, landWrite } from './late.ts';
import { look } from './look.ts';
import type { Mutant } from './mutants.ts';
import { faulty, next } from './next.ts';
import {
  append,
  iso,
  milliseconds,
  SETTLE,
  type ModelState,
  type Process,
  type Rest,
  type Settings,
  type World,
} from './world.ts';

const receipt = (version: number) => ({ at: `v${version}` });

/** Every state that one line of a step may lead to: it goes well, or a fault befalls it. */
export function executeLine(
  state: ModelState,
  process: Process,
  rest: Rest,
  settings: Settings,
  mutant: Mutant,
): ModelState[] {
  const to = (
    after: Rest | undefined,
    memory: Partial<Memory> = {},
    world: World = state.world,
  ): ModelState => next({ ...state, world }, process, after, memory);
  const { world } = state;
  switch (rest.line) {
    case 'append':
      return [next(append(state, rest.events), process, rest.goesOn, rest.remember)];
    case 'create': {
      const { label } = rest;
      const { world: created, id } = landCreate(world, label);
      const started: RotationEvent[] =
        mutant === 'skip the attempt record' ? startedLate(state, label) : [];
      const answered = to(
        {
          line: 'append',
          events: [
            ...started,
            { type: 'issued', label, token: { id, label, issuedAt: iso(state.now) } },
          ],
          remember: { hand: id },
        },
        {},
        created,
      );
      const lost: Rest = {
        line: 'append',
        events: [...started, { type: 'lost', label, reason: 'TIMED_OUT' }],
      };
      const late = {
        ...world,
        nextToken: world.nextToken + 1,
        late: [...world.late, { what: 'create', label, until: state.now + SETTLE } as const],
      };
      const never = { ...world, nextToken: world.nextToken + 1 };
      return [
        answered,
        ...faulty(
          to(
            {
              line: 'append',
              events: [...started, { type: 'declined', label, code: 'AUTH_DENIED' }],
              remember: { gaveUp: true },
            },
            {},
            never,
          ),
          to(lost, {}, created),
          to(lost, {}, late),
          to(lost, {}, never),
        ),
      ];
    }
    case 'announce': {
      const [sink, ...others] = rest.sinks;
      if (sink === undefined) return [to(undefined)];
      const unanswered = state.ledger.sinks.get(sink)?.unanswered ?? [];
      const settles =
        unanswered.length > 0 &&
        unanswered.every(({ at }) => Date.parse(at) + SETTLE <= milliseconds(state.now));
      const write: Rest = { line: 'write', token: rest.token, sinks: [sink, ...others], settles };
      if (mutant === 'skip the intent record') return [to(write)];
      return [
        to({
          line: 'append',
          events: [{ type: 'sending', token: rest.token, sink }],
          goesOn: write,
        }),
      ];
    }
    case 'write': {
      const [sink = '', ...others] = rest.sinks;
      const { token } = rest;
      const announce: RotationEvent[] =
        mutant === 'skip the intent record' ? [{ type: 'sending', token, sink }] : [];
      const goesOn: Rest | undefined =
        others.length > 0 ? { line: 'announce', token, sinks: others } : undefined;
      const { world: written, version } = landWrite(world, sink, token);
      const settled: RotationEvent[] = rest.settles ? [{ type: 'settled', sink, token }] : [];
      const failed = (effect: 'none' | 'unknown'): Rest => ({
        line: 'append',
        events: [...announce, { type: 'undelivered', token, sink, effect, code: 'TIMED_OUT' }],
        remember: { failedSinks: new Set([...process.memory.failedSinks, sink]) },
        ...(goesOn !== undefined && { goesOn }),
      });
      // A lost answer may also be followed by another try in the same run.
      const again: Rest = {
        line: 'append',
        events: [
          ...announce,
          { type: 'undelivered', token, sink, effect: 'unknown', code: 'TIMED_OUT' },
        ],
        goesOn: { line: 'announce', token, sinks: rest.sinks },
      };
      const late = {
        ...world,
        late: [...world.late, { what: 'write', sink, token, until: state.now + SETTLE } as const],
      };
      return [
        to(
          {
            line: 'append',
            events: [
              ...announce,
              { type: 'delivered', token, sink, receipt: receipt(version) },
              ...settled,
            ],
            ...(goesOn !== undefined && { goesOn }),
          },
          {},
          written,
        ),
        ...faulty(
          to(failed('none')),
          to(failed('unknown'), {}, written),
          to(failed('unknown'), {}, late),
          to(again, {}, written),
          to(again, {}, late),
        ),
      ];
    }
    case 'look': {
      const [sink, ...others] = rest.sinks;
      if (sink === undefined) return [to(undefined)];
      return look(state, process, sink, others, settings, to);
    }
    case 'revoke': {
      const [token, ...others] = rest.tokens;
      if (token === undefined) return [to(undefined)];
      if (!rest.announced)
        return [
          to({
            line: 'append',
            events: [{ type: 'revoking', token }],
            goesOn: { ...rest, announced: true },
          }),
        ];
      const after: Rest = { line: 'revoke', tokens: others, announced: false };
      const gone = {
        ...world,
        tokens: world.tokens.map((one) => (one.id === token ? { ...one, live: false } : one)),
      };
      const unrevoked = { unrevoked: new Set([...process.memory.unrevoked, token]) };
      return [
        to({ line: 'append', events: [{ type: 'revoked', token }], goesOn: after }, {}, gone),
        ...faulty(to(after, unrevoked), to(after, unrevoked, gone)),
      ];
    }
  }
}

function startedLate(state: ModelState, label: string): RotationEvent[] {
  const opened: RotationEvent[] = state.ledger.chapterUsed
    ? [{ type: 'opened', rotation: 'r', summary: summarise(state.ledger) }]
    : [];
  return [...opened, { type: 'started', label, reason: 'forced' }];
}
