import { formatDuration } from '@keyturn/core/unstable';

import { markup, none, type Markup } from '../../output/markup.ts';
import type { Measured } from '../measure.ts';
import { pastTable } from './past.ts';
import { sinksTable } from './sinks.ts';
import { waitsFor } from '../waits.ts';
import { timeline } from './timeline.ts';
import { anchor, badge, time } from './words.ts';
import { count, roughly } from '@keyturn/host/text';
import { levelOf, type RotationStatus } from '@keyturn/host/status';

/** One rotation: its status, its tokens over time, what each sink contains, and its history. */
export function rotationArticle(rotation: Measured, index: number, now: number): Markup {
  const { name, status, findings, history } = rotation;
  const id = anchor(index);
  return markup`<article id="${id}" aria-labelledby="${id}-name">
    <h3 id="${id}-name">${name}</h3>
    <p>${badge(levelOf(findings))}</p>
    ${
      status === undefined
        ? markup`<p>The ledger cannot be read.</p>`
        : markup`<dl>${facts(status, now)}</dl>
            ${timeline(status, history.stories, now)} ${sinksTable(status)}`
    }
    ${pastTable(history)}
  </article> `;
}

function facts(status: RotationStatus, now: number): Markup {
  const { phase, current, nextDueAt, due, underWay, sinks, kept, graceUntil } = status;
  const fit = sinks.filter(({ inStep }) => inStep).length;
  const graceLeft = graceUntil === null ? 0 : Date.parse(graceUntil) - now;
  const expires =
    current === null || current.expiresAt === null
      ? none
      : markup`, expires ${time(current.expiresAt)}`;
  return markup`${fact('Age', age(status))}${fact('Phase', markup`${phase}`)}${fact(
    'Next due',
    underWay !== null && underWay.by !== null
      ? markup`under way`
      : due === null && nextDueAt !== null
        ? markup`${time(nextDueAt)}, in ${roughly(Date.parse(nextDueAt) - now)}`
        : markup`now (${due ?? 'first'})`,
  )}${fact('Sinks in step', markup`${fit} of ${sinks.length}`)}${fact(
    'Current token',
    current === null
      ? markup`unknown`
      : markup`<code>${current.id}</code> <span class="dim">${current.label}${expires}</span>`,
  )}${
    kept.length === 0
      ? none
      : fact(
          'Replaced, still valid',
          markup`${count(kept.length, 'token')}:
          ${kept.map(({ id, reason }) => markup`<code>${id}</code> (${reason}) `)}`,
        )
  }${
    graceUntil !== null && graceLeft > 0
      ? fact(
          WAITS[waitsFor(status)],
          markup`${formatDuration(graceLeft)} left, until ${time(graceUntil)}`,
        )
      : none
  }`;
}

const WAITS = { grace: 'Grace period', settle: 'Settle time' } as const;

function fact(name: string, value: Markup): Markup {
  return markup`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** The bar only repeats the text next to it. */
function age({ ageMs, maxAgeMs }: RotationStatus): Markup {
  if (ageMs === null) return markup`no token`;
  const share = Math.min(1, Math.max(0, ageMs / maxAgeMs));
  const level = share >= 1 ? 'over' : share >= 0.9 ? 'near' : 'a';
  return markup`${roughly(ageMs)} of ${roughly(maxAgeMs)}<svg
      class="age"
      viewBox="0 0 1000 10"
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect class="${level}" width="${Math.round(share * 1000)}" height="10" />
    </svg>`;
}
