import { createHash, createHmac } from 'node:crypto';

import { printable } from '@keyturn/core';

import { schemaVersion } from '../output/json.ts';
import type { NotifyEvent, Occurrence } from './events.ts';

/** What a webhook is sent: one JSON object. Its id is the same for the same thing, whoever sends it. */
export function webhookBody(occurrence: Occurrence, issuer: string, now: number): string {
  const { event, rotation, key, text, details } = occurrence;
  return JSON.stringify({
    schemaVersion,
    id: createHash('sha256').update([issuer, rotation, key].join('\n')).digest('hex').slice(0, 32),
    event,
    at: new Date(now).toISOString(),
    issuer,
    rotation,
    text: printable(text),
    ...details,
  });
}

/** The headers by which the receiver knows who sent the body, and when. */
export function signature(body: string, secret: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const digest = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { 'keyturn-timestamp': timestamp, 'keyturn-signature': `sha256=${digest}` };
}

/** What Slack and those who take its webhooks are sent. `&`, `<` and `>` could be mentions and links. */
export function slackBody({ text }: Occurrence): string {
  const escaped = printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  return JSON.stringify({ text: `keyturn: ${escaped}` });
}

const LEVELS: Readonly<Record<NotifyEvent, string>> = {
  rotated: 'notice',
  'grace-over': 'notice',
  incomplete: 'error',
  'due-soon': 'warning',
};

/** A command of GitHub's workflows, which shows the text at the run. What could be another command is escaped. */
export function annotation({ event, text }: Occurrence): string {
  const data = printable(text).replaceAll('%', '%25');
  return `::${LEVELS[event]} title=keyturn ${event}::${data}\n`;
}
