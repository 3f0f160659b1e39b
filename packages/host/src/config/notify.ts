import { parseDuration, type KeyturnError } from '@keyturn/core';

import {
  addressMissing,
  addressTwice,
  addressUnsafe,
  addressUnsupported,
  secretEnvMissing,
  secretEnvUnsupported,
  type Fault,
} from '../messages.ts';
import type { ChannelConfig, NotifyConfig } from './config.ts';
import type { CheckedConfig } from './schema.ts';
import { invalid, type ConfigSource, type Path } from './source.ts';

type CheckedNotify = NonNullable<CheckedConfig['notify']>;
type CheckedChannel = CheckedNotify['channels'][number];

/** @throws {KeyturnError} `CONFIG_INVALID` for keys that a channel's format does not support, and for unsafe addresses */
export function normaliseNotify(
  source: ConfigSource,
  { dueWithin, channels }: CheckedNotify,
): NotifyConfig {
  return {
    dueWithin: parseDuration(String(dueWithin)),
    channels: channels.map((channel, index) =>
      normaliseChannel(source, ['notify', 'channels', index], channel),
    ),
  };
}

function normaliseChannel(
  source: ConfigSource,
  path: Path,
  { format, on, url, urlEnv, secretEnv }: CheckedChannel,
): ChannelConfig {
  const refuse = (key: string, fault: Fault): KeyturnError =>
    invalid(source, { path: [...path, key], ...fault });
  const address = { ...(url !== undefined && { url }), ...(urlEnv !== undefined && { urlEnv }) };
  const given = Object.keys(address).length;
  if (secretEnv !== undefined && format !== 'webhook')
    throw refuse('secretEnv', secretEnvUnsupported(format));
  if (format !== 'webhook' && format !== 'slack') {
    if (given === 0) return { format, on };
    const key = url === undefined ? 'urlEnv' : 'url';
    throw refuse(key, addressUnsupported(format));
  }
  if (given === 0) throw refuse('url', addressMissing);
  if (given > 1) throw refuse('urlEnv', addressTwice);
  if (url !== undefined && !isSafe(url)) throw refuse('url', addressUnsafe);
  if (format === 'slack') return { format, on, ...address };
  if (secretEnv === undefined) throw refuse('secretEnv', secretEnvMissing);
  return { format, on, ...address, secretEnv };
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
