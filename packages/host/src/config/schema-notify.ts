import { annotating } from '@keyturn/ci';
import * as v from 'valibot';

import { notifyEvents } from './events.ts';
import { duration, mapping } from './schema-parts.ts';

const variable = (description: string) =>
  v.pipe(
    v.string('must be the name of a variable'),
    v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not the name of a variable'),
    v.description(description),
  );

const channel = v.pipe(
  mapping(
    v.strictObject(
      {
        format: v.optional(
          v.pipe(
            v.picklist(
              ['webhook', 'slack', ...annotating],
              `must be webhook, slack or ${annotating.join(' or ')}`,
            ),
            v.description(
              `webhook (signed JSON), slack (an incoming webhook of Slack or one like it) or ${annotating.join(', ')} (annotations of the CI that keyturn runs in).`,
            ),
          ),
          'webhook',
        ),
        url: v.optional(
          v.pipe(
            v.string('must be an address'),
            v.maxLength(2000, 'is too long'),
            v.description('Where it is sent to, such as https://hooks.example.com/keyturn.'),
          ),
        ),
        urlEnv: v.optional(
          variable('The variable that holds the address, where that is secret: SLACK_WEBHOOK_URL.'),
        ),
        secretEnv: v.optional(
          variable('The variable that holds the secret that a webhook is signed with.'),
        ),
        on: v.optional(
          v.pipe(
            v.array(
              v.picklist(notifyEvents, 'must be rotated, grace-over, incomplete or due-soon'),
              'must be a list of events',
            ),
            v.minLength(1, 'is empty'),
            v.description(
              'What is told: a list of rotated, grace-over, incomplete and due-soon; all of them if left out.',
            ),
          ),
          [...notifyEvents],
        ),
      },
      'must be a channel, with url or urlEnv at least',
    ),
  ),
  v.description('One way to tell: { format: slack, urlEnv: SLACK_WEBHOOK_URL }.'),
);

/** Who is told what happened. */
export const notify = v.pipe(
  mapping(
    v.strictObject(
      {
        dueWithin: v.optional(
          duration('How long before a rotation is due it is told, such as 7d.'),
          '7d',
        ),
        channels: v.pipe(
          v.array(channel, 'must be a list of channels'),
          v.minLength(1, 'is empty'),
          v.description('Who is told: a list such as [{ format: github }].'),
        ),
      },
      'must hold channels',
    ),
  ),
  v.description('Who is told what happened: { channels: [{ format: github }] }.'),
);
