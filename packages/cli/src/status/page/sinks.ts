import { markup, none, type Markup } from '../../output/markup.ts';
import {
  type RotationStatus,
  hasAlready,
  type SinkStatus,
  type FormerSink,
} from '@keyturn/host/status';

const TRIALS = { passed: ', confirmed by a job', failed: ', but a job did not work' } as const;

/** What each sink may contain, including sinks that were removed from the configuration. */
export function sinksTable(status: RotationStatus): Markup {
  const { sinks, formerSinks } = status;
  const rows = [
    ...sinks.map((sink) => row(sink.id, sink.mayHold, stateOf(sink, status), status)),
    ...formerSinks.map((former) =>
      row(
        former.target,
        former.mayHold,
        markup`<span class="warning">${formerText(former)}</span>`,
        status,
      ),
    ),
  ];
  // The roles remain if a narrow screen shows the cells below each other.
  return markup`<table role="table">
    <caption>
      Content of each sink
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        <th scope="col" role="columnheader">Sink</th>
        <th scope="col" role="columnheader">May contain</th>
        <th scope="col" role="columnheader">State</th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows}
    </tbody>
  </table>`;
}

function stateOf(sink: SinkStatus, { underWay, drift: how }: RotationStatus): Markup {
  const { mayHold, inStep, mayBeTorn, unanswered, trial, drift, refused, outdated } = sink;
  if (drift !== null && how !== 'off') return bad(`was ${drift.shows} by somebody else`);
  if (inStep)
    return markup`<span class="fine"><span aria-hidden="true">✔</span> in step</span>${trial === null ? '' : TRIALS[trial]}`;
  if (mayBeTorn) return bad('may contain parts of two tokens');
  if (unanswered.length > 0) return unsure('unanswered write');
  if (hasAlready(mayHold, underWay?.token))
    return markup`<span class="note"><span aria-hidden="true">●</span> has the next token</span>`;
  if (refused !== null) return unsure(`rejected the last token (${refused.code})`);
  return unsure(outdated ? 'will be written under other names' : 'out of step');
}

function bad(text: string): Markup {
  return markup`<span class="problem"><span aria-hidden="true">✖</span> ${text}</span>`;
}

function unsure(text: string): Markup {
  return markup`<span class="warning"><span aria-hidden="true">▲</span> ${text}</span>`;
}

function formerText({ why, names }: FormerSink): string {
  switch (why) {
    case 'left':
      return 'removed from the configuration';
    case 'names':
      return `under ${names.join(' and ')}, which keyturn does not write any more`;
    case 'place':
      return 'former place: the configuration now means another one';
    case 'elsewhere':
      return 'under names that keyturn does not write';
  }
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
  return markup`<tr role="row">
    <th scope="row" role="rowheader">${id}</th>
    <td role="cell">${held.length === 0 ? 'no token of this rotation' : held}</td>
    <td role="cell">${state}</td>
  </tr> `;
}

function roleOf(token: string, { current, underWay }: RotationStatus): string {
  if (token === current?.id) return 'current';
  return token === underWay?.token ? 'next' : 'replaced';
}
