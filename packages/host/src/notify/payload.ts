import { createHash, createHmac } from 'node:crypto';

import type { Level, Runner } from '@keyturn/ci';
import { printable, withoutSecrets } from '@keyturn/core';

import type { NotifyEvent, Occurrence } from '../config/events.ts';

/** Of what a webhook is sent. */
const schemaVersion = 1;

/** What a webhook is sent: one JSON object. Its id is the same for the same thing, whoever sends it. */
export function webhookBody(occurrence: Occurrence, issuer: string, now: number): string {
  const { event, rotation, key, text, details } = occurrence;
  const body = JSON.stringify({
    schemaVersion,
    id: createHash('sha256').update([issuer, rotation, key].join('\n')).digest('hex').slice(0, 32),
    event,
    at: new Date(now).toISOString(),
    issuer,
    rotation,
    text: printable(text),
    ...details,
  });
  return withoutSecrets(body);
}

/** The headers by which the receiver knows who sent the body, and when. */
export function signature(body: string, secret: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const digest = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { 'keyturn-timestamp': timestamp, 'keyturn-signature': `sha256=${digest}` };
}

/** Between two characters that would be more than text together. */
const NOTHING = '\u200b';

/**
 * What Slack and those who take its webhooks are sent. `&`, `<` and `>` could be mentions and links; `@channel`, an address and
 * `[text](address)` are in Mattermost, Rocket.Chat and Discord, and no address is opened to show what is behind it.
 */
export function slackBody({ text }: Occurrence): string {
  const escaped = printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', `@${NOTHING}`)
    .replaceAll('](', `]${NOTHING}(`)
    .replaceAll(/\b(www)\.|\b([a-z][a-z\d+.-]*):(?=\/\/)/gi, (found) =>
      found.replace(/.$/, (last) => `${NOTHING}${last}`),
    );
  return JSON.stringify({ text: `keyturn: ${escaped}`, unfurl_links: false, unfurl_media: false });
}

const LEVELS: Readonly<Record<NotifyEvent, Level>> = {
  rotated: 'notice',
  'grace-over': 'notice',
  incomplete: 'error',
  'due-soon': 'warning',
};

/** The line that shows it at the job. What could be another command is escaped. */
export function annotation({ event, text }: Occurrence, runner: Runner): string {
  return runner.annotation(LEVELS[event], `keyturn ${event}`, printable(text));
}
