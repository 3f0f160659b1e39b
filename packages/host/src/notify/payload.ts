import { createHash, createHmac } from 'node:crypto';

import type { Level, Runner } from '@keyturn/ci';
import { printable, withoutSecrets } from '@keyturn/core';

import type { NotifyEvent, Occurrence } from '../config/events.ts';

/** Of the body of a webhook. */
const schemaVersion = 1;

/** The body of a webhook: one JSON object. The same occurrence has the same id, no matter who sends it. */
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

/** Headers that prove to the receiver who sent the body, and when. */
export function signature(body: string, secret: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const digest = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { 'keyturn-timestamp': timestamp, 'keyturn-signature': `sha256=${digest}` };
}

/** Separates two characters that would be markup together. */
const NOTHING = '\u200b';

/**
 * The body for Slack and compatible services. `&`, `<` and `>` could form mentions and links; so could `@channel`, an address and
 * `[text](address)` in Mattermost, Rocket.Chat and Discord. No preview of an address is requested.
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

/** The line that shows it in the job. Anything that could be another command is escaped. */
export function annotation({ event, text }: Occurrence, runner: Runner): string {
  return runner.annotation(LEVELS[event], `keyturn ${event}`, printable(text));
}
