import type { Story } from '../../history/story.ts';
import { markup, none, type Markup } from '../../output/markup.ts';
import { time } from './words.ts';
import { readableTime, count } from '@keyturn/host/text';
import type { RotationStatus } from '@keyturn/host/status';

/** The width of the drawing, and of the shortest period in it. */
const WIDTH = 1000;
const LEAST = 4;

interface Period {
  readonly token: string;
  readonly from: number;
  readonly to: number;
}

/** The tokens of the rotation over time: in use, replaced but still valid, and failed attempts. */
export function timeline(status: RotationStatus, stories: readonly Story[], now: number): Markup {
  const used = inUse(status, stories, now);
  const start = used[0]?.from;
  if (start === undefined || start >= now) return none;
  const end = Math.max(now, Date.parse(status.nextDueAt ?? '') || now);
  const scale = (at: number): number =>
    Math.round((WIDTH * (Math.min(at, end) - start)) / (end - start));
  const rect = (kind: string, y: number, height: number, { from, to, token }: Period): Markup => {
    const x = Math.max(0, Math.min(scale(from), WIDTH - LEAST));
    const width = Math.max(LEAST, scale(to) - x - 1);
    return markup`<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}"
      ><title>${token}, from ${day(from)} to ${day(to)}</title></rect
    >`;
  };
  const failed = stories.filter(({ outcome }) => /^(?:lost|declined|rejected)$/.test(outcome));
  const kept = validAfter(stories, now);
  const marks = failed.map(({ startedAt, outcome }) => {
    const at = Date.parse(startedAt);
    return rect('bad', 31, 9, { token: outcome, from: at, to: at });
  });
  const label = `${count(used.length, 'token')} in use since ${day(start)}, one after the other; ${count(failed.length, 'failed attempt')}.`;
  return markup`<figure>
    <figcaption>
      Tokens over time. Upper row: in use. Below: replaced but still valid, then failed attempts.
      The vertical line is now.
    </figcaption>
    <svg
      class="lanes"
      viewBox="0 0 ${WIDTH} 42"
      preserveAspectRatio="none"
      role="img"
      aria-label="${label}"
    >
      ${used.map((period, i) =>
        rect(i % 2 === 0 ? 'a' : 'b', 2, 16, period),
      )}${kept.map((period) => rect('kept-bar', 21, 8, period))}${marks}
      <rect class="now" x="${Math.min(scale(now), WIDTH - 2)}" y="0" width="2" height="42" />
    </svg>
    <p class="ends">
      <span>${time(iso(start))}</span
      ><span>${end > now ? markup`next due ${time(iso(end))}` : 'now'}</span>
    </p>
  </figure>`;
}

/** Each token, from when every sink contained it until every sink contained the next one. */
function inUse({ current }: RotationStatus, stories: readonly Story[], now: number): Period[] {
  const starts: { token: string; at: number }[] = [];
  for (const { token, completedAt, replaced, startedAt, incidents } of stories) {
    if (completedAt === null || token === null) continue;
    const known = Math.min(Date.parse(startedAt), Date.parse(incidents[0]?.at ?? startedAt));
    if (starts.length === 0 && replaced !== null) starts.push({ token: replaced.id, at: known });
    starts.push({ token, at: Date.parse(completedAt) });
  }
  if (starts.length === 0 && current !== null)
    starts.push({ token: current.id, at: Date.parse(current.issuedAt) });
  return starts.map(({ token, at }, i) => ({ token, from: at, to: starts[i + 1]?.at ?? now }));
}

function validAfter(stories: readonly Story[], now: number): Period[] {
  return stories.flatMap(({ replaced, completedAt }) =>
    replaced === null || completedAt === null
      ? []
      : [
          {
            token: replaced.id,
            from: Date.parse(completedAt),
            to: replaced.revokedAt === null ? now : Date.parse(replaced.revokedAt),
          },
        ],
  );
}

function iso(time_: number): string {
  return new Date(time_).toISOString();
}

function day(at: number): string {
  return readableTime(iso(at)).slice(0, 10);
}
