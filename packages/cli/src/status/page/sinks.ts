import { markup, none, type Markup } from '../../output/markup.ts';
import type { RotationStatus } from '../rotation-status.ts';
import { hasAlready } from '../rules/sinks.ts';

const TRIALS = { passed: ', proved by a job', failed: ', but a job did not work' } as const;

/** What each sink may hold, those that left the configuration too. */
export function sinksTable(status: RotationStatus): Markup {
  const { sinks, formerSinks } = status;
  const rows = [
    ...sinks.map(({ id, mayHold, inStep, mayBeTorn, unanswered, trial }) => {
      const state = inStep
        ? markup`<span class="fine"><span aria-hidden="true">✔</span> in step</span>${trial === null ? '' : TRIALS[trial]}`
        : mayBeTorn
          ? markup`<span class="problem"><span aria-hidden="true">✖</span> may be torn</span>`
          : unanswered.length > 0
            ? markup`<span class="warning"
                ><span aria-hidden="true">▲</span> a write is unanswered</span
              >`
            : hasAlready(mayHold, status.underWay?.token)
              ? markup`<span class="note"><span aria-hidden="true">●</span> has the next one</span>`
              : markup`<span class="warning"><span aria-hidden="true">▲</span> out of step</span>`;
      return row(id, mayHold, state, status);
    }),
    ...formerSinks.map(({ id, mayHold }) =>
      row(id, mayHold, markup`<span class="warning">left the configuration</span>`, status),
    ),
  ];
  return markup`<table>
    <caption>
      What each sink holds
    </caption>
    <thead>
      <tr>
        <th scope="col">Sink</th>
        <th scope="col">May hold</th>
        <th scope="col">State</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function row(
  id: string,
  mayHold: readonly string[],
  state: Markup,
  status: RotationStatus,
): Markup {
  const held = mayHold.map(
    (token, i) =>
      markup`${i === 0 ? none : markup`, or<br />`}<code>${token}</code> (${roleOf(token, status)})`,
  );
  return markup`<tr>
    <th scope="row">${id}</th>
    <td>${held.length === 0 ? 'no token of this rotation' : held}</td>
    <td>${state}</td>
  </tr> `;
}

function roleOf(token: string, { current, underWay }: RotationStatus): string {
  if (token === current?.id) return 'current';
  return token === underWay?.token ? 'being brought in' : 'replaced';
}
