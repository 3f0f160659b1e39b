import { formatDuration } from '@keyturn/core/unstable';

import { unverified } from '../../output/unverified.ts';
import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence } from '../evidence.ts';
import { readableTime, count, listed } from '@keyturn/host/text';

/** The way to the hosts, and which of them answered. */
export function* network({
  network: { proxies, exceptions, certificates, isUnverified },
  hosts,
}: Evidence): Generator<Diagnosis> {
  const { fine, warn, wrong } = about('network');
  for (const { variable, host } of proxies)
    if (host === undefined)
      yield wrong(
        'proxy',
        `${variable} is not the URL of a proxy`,
        'Write it like http://proxy.example.com:3128.',
      );
    else
      yield fine(
        'proxy',
        `${variable} leads through ${host}${exceptions === undefined ? '' : `, except to ${exceptions}`}`,
      );
  if (isUnverified === true) yield wrong('unverified', unverified.text, unverified.fix);
  if (certificates?.isReadable === false)
    yield wrong(
      'certificates',
      `NODE_EXTRA_CA_CERTS names ${certificates.file}, which cannot be read, so that it has no effect`,
      'Correct the path, and who may read the file.',
    );
  const answered = hosts.filter(({ answers }) => answers > 0);
  const silent = hosts.filter(({ answers }) => answers === 0);
  if (answered.length > 0)
    yield fine('hosts', `${listed(answered.map(({ host }) => host))} can be reached`);
  if (silent.length > 0)
    yield warn(
      'hosts',
      `nothing came back from ${listed(silent.map(({ host, requests }) => `${host} (${count(requests, 'try').replace('trys', 'tries')})`))}`,
      proxies.length === 0
        ? 'Check the address, the network, and whether HTTPS_PROXY has to be set.'
        : 'Check the address, and whether the proxy lets it through or NO_PROXY has to name it.',
    );
}

const ODD = 10_000;
/** GitHub allows an App's proof to be of a minute in the future, and half of the settle time is a minute. */
const TOO_MUCH = 60_000;

/** How far this machine's clock is from those of the hosts: the settle time and an App's proof depend on it. */
export function* clock({ hosts }: Evidence): Generator<Diagnosis> {
  const { fine, note, warn, wrong } = about('clock');
  const told = hosts.flatMap(({ host, skew }) => (skew === undefined ? [] : [{ host, skew }]));
  if (told.length === 0) {
    if (hosts.length > 0) yield note('clock', 'no host told its time');
    return;
  }
  const sorted = told.toSorted((a, b) => a.skew - b.skew);
  const { skew: common } = sorted[Math.floor((sorted.length - 1) / 2)] ?? { skew: 0 };
  const near = told.filter(({ skew }) => Math.abs(skew - common) <= ODD).map(({ host }) => host);
  const direction = common > 0 ? 'behind' : 'ahead of';
  const text = `this machine is ${formatDuration(Math.abs(common))} ${direction} ${listed(near, 3)}`;
  const fix =
    'Set its clock, by NTP for one: grace, settle and the proof of a GitHub App go by it.';
  if (Math.abs(common) > TOO_MUCH) yield wrong('clock', text, fix);
  else if (Math.abs(common) > ODD) yield warn('clock', text, fix);
  else yield fine('clock', `this machine agrees with ${listed(near, 3)}`);
  for (const { host, skew } of told)
    if (Math.abs(skew - common) > TOO_MUCH)
      yield note(
        'clock-host',
        `${host} is ${formatDuration(Math.abs(skew - common))} away from the other hosts`,
      );
}

/** How much may still be asked. */
export function* limits({ hosts, now }: Evidence): Generator<Diagnosis> {
  const { fine, warn, wrong } = about('limits');
  for (const { host, budget } of hosts) {
    const { limit, remaining, resetAt } = budget ?? {};
    if (remaining === undefined) continue;
    const when = resetAt === undefined || resetAt < now ? 'in a while' : `after ${timeOf(resetAt)}`;
    const of = limit === undefined ? '' : ` of ${limit}`;
    if (remaining === 0)
      yield wrong('rate-limit', `${host} answers no more requests for now`, `Run again ${when}.`);
    else if (limit !== undefined && remaining < limit / 10)
      yield warn(
        'rate-limit',
        `${host}: ${remaining}${of} requests are left`,
        `Wait with larger rotations, or run them ${when}.`,
      );
    else yield fine('rate-limit', `${host}: ${remaining}${of} requests are left`);
  }
}

function timeOf(milliseconds: number): string {
  return readableTime(new Date(Math.min(milliseconds, 8.64e15)).toISOString());
}
