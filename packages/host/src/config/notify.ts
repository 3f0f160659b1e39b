import { parseDuration } from '@keyturn/core';

import {
  addressMissing,
  addressTwice,
  addressUnsafe,
  addressUnsupported,
  notifyEmpty,
  secretEnvMissing,
  secretEnvUnsupported,
  type Fault,
} from '../messages.ts';
import type { ChannelConfig, NotifyConfig } from './config.ts';
import type { CheckedConfig } from './schema.ts';
import type { Path, Refuse } from './source.ts';

type CheckedNotify = NonNullable<CheckedConfig['notify']>;
type CheckedChannel = NonNullable<CheckedNotify['channels']>[number];

/** Refuses keys that a channel's format does not support, and unsafe addresses. */
export function normaliseNotify(
  { dueWithin, channels, heartbeat }: CheckedNotify,
  refuse: Refuse,
): NotifyConfig {
  if (channels === undefined && heartbeat === undefined)
    refuse({ path: ['notify'], ...notifyEmpty });
  return {
    dueWithin: parseDuration(String(dueWithin)),
    ...(heartbeat !== undefined && { heartbeat }),
    channels: (channels ?? []).map((channel, index) => {
      const [key, fault] = faultOf(channel) ?? [];
      const path: Path = ['notify', 'channels', index];
      if (key !== undefined && fault !== undefined) refuse({ path: [...path, key], ...fault });
      return normaliseChannel(channel);
    }),
  };
}

/** The key that is wrong, and why. */
function faultOf({
  format,
  url,
  urlEnv,
  secretEnv,
}: CheckedChannel): readonly [string, Fault] | undefined {
  if (secretEnv !== undefined && format !== 'webhook')
    return ['secretEnv', secretEnvUnsupported(format)];
  const isAddressed = url !== undefined || urlEnv !== undefined;
  if (format !== 'webhook' && format !== 'slack')
    return isAddressed
      ? [url === undefined ? 'urlEnv' : 'url', addressUnsupported(format)]
      : undefined;
  if (!isAddressed) return ['url', addressMissing];
  if (url !== undefined && urlEnv !== undefined) return ['urlEnv', addressTwice];
  if (url !== undefined && !isSafe(url)) return ['url', addressUnsafe];
  if (format === 'webhook' && secretEnv === undefined) return ['secretEnv', secretEnvMissing];
  return undefined;
}

function normaliseChannel({ format, on, url, urlEnv, secretEnv }: CheckedChannel): ChannelConfig {
  if (format !== 'webhook' && format !== 'slack') return { format, on };
  const address = { ...(url !== undefined && { url }), ...(urlEnv !== undefined && { urlEnv }) };
  if (format === 'slack') return { format, on, ...address };
  return { format, on, ...address, secretEnv: secretEnv ?? '' };
}

function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isLoopback =
    hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
  return (
    (protocol === 'https:' || (protocol === 'http:' && isLoopback)) &&
    username === '' &&
    password === ''
  );
}
