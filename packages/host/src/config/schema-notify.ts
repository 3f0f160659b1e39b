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
              `webhook (signed JSON), slack (an incoming webhook of Slack or a compatible service) or ${annotating.join(', ')} (annotations in the CI that keyturn runs in).`,
            ),
          ),
          'webhook',
        ),
        url: v.optional(
          v.pipe(
            v.string('must be an address'),
            v.maxLength(2000, 'is too long'),
            v.description('The address of the webhook, such as https://hooks.example.com/keyturn.'),
          ),
        ),
        urlEnv: v.optional(
          variable(
            'The variable that contains the address, if it is secret, such as SLACK_WEBHOOK_URL.',
          ),
        ),
        secretEnv: v.optional(
          variable('The variable that contains the secret for signing webhooks.'),
        ),
        on: v.optional(
          v.pipe(
            v.array(
              v.picklist(notifyEvents, 'must be rotated, grace-over, incomplete or due-soon'),
              'must be a list of events',
            ),
            v.minLength(1, 'is empty'),
            v.description(
              'The events to send: a list of rotated, grace-over, incomplete and due-soon; all of them if left out.',
            ),
          ),
          [...notifyEvents],
        ),
      },
      'must be a channel with at least url or urlEnv',
    ),
  ),
  v.description('One channel, such as { format: slack, urlEnv: SLACK_WEBHOOK_URL }.'),
);

const heartbeat = v.pipe(
  mapping(
    v.strictObject(
      {
        urlEnv: variable(
          'The variable that contains the address, which is secret, such as KEYTURN_HEARTBEAT_URL.',
        ),
      },
      'must be a mapping with urlEnv',
    ),
  ),
  v.description(
    'A monitor that is requested after every run that ends with exit code 0, such as { urlEnv: KEYTURN_HEARTBEAT_URL }.',
  ),
);

/** Who is notified of what happened. */
export const notify = v.pipe(
  mapping(
    v.strictObject(
      {
        dueWithin: v.optional(
          duration('How long before a rotation is due people are notified, such as 7d.'),
          '7d',
        ),
        channels: v.optional(
          v.pipe(
            v.array(channel, 'must be a list of channels'),
            v.minLength(1, 'is empty'),
            v.description('The channels: a list such as [{ format: github }].'),
          ),
        ),
        heartbeat: v.optional(heartbeat),
      },
      'must be a mapping with channels or heartbeat',
    ),
  ),
  v.description('Who is notified of what happened, such as { channels: [{ format: github }] }.'),
);
