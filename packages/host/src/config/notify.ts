import { parseDuration } from '@keyturn/core';

import type { ChannelConfig, NotifyConfig } from './config.ts';
import type { CheckedConfig } from './schema.ts';
import { invalid, type ConfigSource, type Path } from './source.ts';

type CheckedNotify = NonNullable<CheckedConfig['notify']>;
type CheckedChannel = CheckedNotify['channels'][number];

/** @throws {KeyturnError} `CONFIG_INVALID` for keys that do not fit a channel's format, and for addresses that are not safe */
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
  const refuse = (key: string, message: string, hint: string) =>
    invalid(source, { path: [...path, key], message, hint });
  const address = { ...(url !== undefined && { url }), ...(urlEnv !== undefined && { urlEnv }) };
  const given = Object.keys(address).length;
  if (secretEnv !== undefined && format !== 'webhook')
    throw refuse('secretEnv', `is not for ${format}`, 'Only a webhook is signed: remove it.');
  if (format !== 'webhook' && format !== 'slack') {
    if (given === 0) return { format, on };
    const key = url === undefined ? 'urlEnv' : 'url';
    throw refuse(key, `is not for ${format}`, 'Annotations are sent nowhere: remove it.');
  }
  if (given !== 1)
    throw refuse(
      given === 0 ? 'url' : 'urlEnv',
      given === 0 ? 'missing' : 'stands beside url',
      'Give the address as url, or name the variable that holds it as urlEnv.',
    );
  if (url !== undefined && !isSafe(url))
    throw refuse(
      'url',
      'must be an https address without credentials',
      'Write it like https://hooks.example.com/keyturn; http is for loopback alone.',
    );
  if (format === 'slack') return { format, on, ...address };
  if (secretEnv === undefined)
    throw refuse(
      'secretEnv',
      'missing',
      'A webhook is signed: name the variable that holds the secret for it.',
    );
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
