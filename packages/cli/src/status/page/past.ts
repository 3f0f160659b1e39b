import { formatDuration } from '@keyturn/core/unstable';

import type { History } from '../../history/read.ts';
import type { Story } from '../../history/story.ts';
import { markup, none, type Markup } from '../../output/markup.ts';
import { time } from './words.ts';
import { because, count } from '@keyturn/host/text';

const MOST_INCIDENTS = 10;
const CLASSES = {
  rotated: 'fine',
  'under-way': 'note',
  lost: 'warning',
  declined: 'problem',
  rejected: 'problem',
  aborted: 'warning',
  recorded: 'note',
} as const;

/** The past rotations, the newest first. */
export function pastTable({ stories, omitted, records, error }: History): Markup {
  if (stories.length === 0) return none;
  const kept = omitted === 0 ? '' : `, the newest ${stories.length} of ${stories.length + omitted}`;
  const chain =
    error === undefined
      ? `${count(records, 'record')}, chain intact`
      : `the chain is broken after ${count(records, 'record')}`;
  return markup`<table class="past" role="table">
    <caption>
      History${kept} (${chain})
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        <th scope="col" role="columnheader">Started</th>
        <th scope="col" role="columnheader">Outcome</th>
        <th scope="col" role="columnheader">What happened</th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${stories.toReversed().map(storyRow)}
    </tbody>
  </table>`;
}

function storyRow(story: Story): Markup {
  const { startedAt, outcome, durationMs } = story;
  const took = durationMs === null ? '' : ` in ${formatDuration(durationMs)}`;
  return markup`<tr role="row">
    <th scope="row" role="rowheader">${time(startedAt)}</th>
    <td role="cell"><span class="${CLASSES[outcome]}">${outcome.replace('-', ' ')}</span>${took}</td>
    <td role="cell">
      <ul>
        ${told(story)}
      </ul>
    </td>
  </tr> `;
}

function told({ reason, token, replaced, sinks, proved, revoked, incidents }: Story): Markup[] {
  const items: Markup[] = [];
  if (reason !== null) items.push(markup`reason: ${because(reason)}`);
  if (token !== null) items.push(markup`new token <code>${token}</code>`);
  if (replaced !== null)
    items.push(
      markup`replaced <code>${replaced.id}</code>,
        ${replaced.revokedAt === null ? 'not revoked yet' : markup`revoked ${time(replaced.revokedAt)}`}`,
    );
  if (sinks.length > 0) items.push(markup`delivered to ${count(sinks.length, 'sink')}`);
  if (proved.length > 0) items.push(markup`confirmed by jobs of ${count(proved.length, 'sink')}`);
  for (const { id, at } of revoked)
    if (id !== replaced?.id) items.push(markup`revoked <code>${id}</code> ${time(at)}`);
  for (const { at, text } of incidents.slice(0, MOST_INCIDENTS))
    items.push(markup`${time(at)}: ${text}`);
  if (incidents.length > MOST_INCIDENTS)
    items.push(markup`and ${incidents.length - MOST_INCIDENTS} more incidents`);
  return items.map((item) => markup`<li>${item}</li>`);
}
