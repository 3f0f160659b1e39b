import * as say from '../../messages-of-checks.ts';
import { unverified } from '../../output/unverified.ts';
import { about, type Diagnosis } from '../diagnosis.ts';
import type { Evidence } from '../evidence.ts';
import { readableTime } from '@keyturn/host/text';

/** The proxies and certificates, and which hosts responded. */
export function* network({
  network: { proxies, exceptions, certificates, isUnverified },
  hosts,
}: Evidence): Generator<Diagnosis> {
  const { fine, warn, wrong } = about('network');
  for (const { variable, host } of proxies)
    if (host === undefined) yield wrong('proxy', say.proxyInvalid(variable));
    else yield fine('proxy', say.proxyUsed(variable, host, exceptions));
  if (isUnverified === true) yield wrong('unverified', unverified);
  if (certificates?.isReadable === false)
    yield wrong('certificates', say.certificatesUnreadable(certificates.file));
  const answered = hosts.filter(({ answers }) => answers > 0);
  const silent = hosts.filter(({ answers }) => answers === 0);
  if (answered.length > 0)
    yield fine('hosts', say.hostsReachable(answered.map(({ host }) => host)));
  if (silent.length > 0) yield warn('hosts', say.hostsUnreachable(silent, proxies.length > 0));
}

const ODD = 10_000;
/** Signed requests are accepted up to a minute ahead of time, and a minute is half of the settle time. */
const TOO_MUCH = 60_000;

/** How far this machine's clock differs from those of the hosts: the settle time and signed requests depend on it. */
export function* clock({ hosts }: Evidence): Generator<Diagnosis> {
  const { fine, note, warn, wrong } = about('clock');
  const told = hosts.flatMap(({ host, skew }) => (skew === undefined ? [] : [{ host, skew }]));
  if (told.length === 0) {
    if (hosts.length > 0) yield note('clock', say.TIME_UNKNOWN);
    return;
  }
  const sorted = told.toSorted((a, b) => a.skew - b.skew);
  const { skew: common } = sorted[Math.floor((sorted.length - 1) / 2)] ?? { skew: 0 };
  const near = told.filter(({ skew }) => Math.abs(skew - common) <= ODD).map(({ host }) => host);
  if (Math.abs(common) > TOO_MUCH) yield wrong('clock', say.clockWrong(common, near));
  else if (Math.abs(common) > ODD) yield warn('clock', say.clockWrong(common, near));
  else yield fine('clock', say.clockAgrees(near));
  for (const { host, skew } of told)
    if (Math.abs(skew - common) > TOO_MUCH)
      yield note('clock-host', say.hostClockWrong(host, skew - common));
}

/** How many requests the hosts still accept. */
export function* limits({ hosts, now }: Evidence): Generator<Diagnosis> {
  const { fine, warn, wrong } = about('limits');
  for (const { host, budget } of hosts) {
    const { limit, remaining, resetAt } = budget ?? {};
    if (remaining === undefined) continue;
    const at = resetAt === undefined || resetAt < now ? undefined : timeOf(resetAt);
    if (remaining === 0) yield wrong('rate-limit', say.rateLimited(host, at));
    else if (limit !== undefined && remaining < limit / 10)
      yield warn('rate-limit', say.fewRequestsLeft(host, remaining, limit, at));
    else yield fine('rate-limit', say.requestsLeft(host, remaining, limit));
  }
}

function timeOf(milliseconds: number): string {
  return readableTime(new Date(Math.min(milliseconds, 8.64e15)).toISOString());
}
