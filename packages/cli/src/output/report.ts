import { type KeptToken, type PendingToken, type RotationReport, shellWord } from '@keyturn/core';
import { formatDuration, isElsewhere } from '@keyturn/core/unstable';

import { painter, roomOf } from './style.ts';
import type { Output } from '../host.ts';
import type { Estimate, MeasuredReport } from '@keyturn/host';
import { readableTime, about, because, count, listed } from '@keyturn/host/text';
import { hanging } from './wrap.ts';

const COLOURS = {
  rotated: 'green',
  current: 'green',
  grace: 'green',
  drifted: 'yellow',
  waiting: 'yellow',
  planned: 'cyan',
  incomplete: 'yellow',
  failed: 'red',
} as const;

/** Reports the outcome of a rotation: what is new, what became of the old token, and what to do next. */
export function reportText(report: MeasuredReport, output: Output, now: number): string {
  const paint = painter(output);
  const rows: [string, string][] = [];
  const { current, previous, graceUntil, toWrite } = report;
  if (report.reason !== undefined && report.outcome !== 'current')
    rows.push(['reason', because(report.reason)]);
  if (current !== undefined)
    rows.push([
      toWrite.length > 0 ? 'replaces' : previous === undefined ? 'token' : 'new token',
      `${current.id}  ${current.label}${expiry(current.expiresAt)}`,
    ]);
  if (previous !== undefined)
    rows.push(['old token', `${previous.id}  ${fateOf(previous.id, report)}`]);
  const others = report.revoked.filter((id) => id !== previous?.id);
  if (others.length > 0) rows.push(['revoked', others.join(', ')]);
  if (report.grants !== undefined) rows.push(...grantRows(report.grants));
  rows.push(...sinkRows(report));
  if (report.torn.length > 0)
    rows.push([
      'torn',
      `a job that reads ${listed(report.torn)} between its two writes gets a mix of both tokens; the layouts joined, file and slots avoid this`,
    ]);
  for (const kept of report.kept) rows.push(['kept', `${kept.id}  ${whyKept(kept, report)}`]);
  for (const sink of formerHolders(report))
    rows.push([
      'fix',
      `when no job reads a token there any more: keyturn forget ${shellWord(report.name)} --sink ${shellWord(sink)}`,
    ]);
  for (const pending of report.pending) rows.push(['left', whatIsLeft(pending, report)]);
  if (graceUntil !== undefined)
    rows.push([
      'next',
      `run again after ${readableTime(graceUntil)} (in ${formatDuration(Date.parse(graceUntil) - now)}) to revoke it`,
    ]);
  if (report.retryAt !== undefined)
    rows.push([
      'next',
      `a sink rejected the last token; it gets another one after ${readableTime(report.retryAt)}, or with --force`,
    ]);
  if (report.error !== undefined && !isToldOf(report))
    rows.push(
      ['error', report.error.message],
      ...(report.error.hint === undefined ? [] : [['fix', report.error.hint] as [string, string]]),
    );
  const spent = Object.entries(report.requests)
    .filter(([, requests]) => requests > 0)
    .map(([kind, requests]) => `${kind} ${requests}`);
  if (spent.length > 0) rows.push(['requests', spent.join(', ')]);
  if (report.estimate !== undefined) rows.push(['takes', lengthOf(report.estimate)]);
  const title = `${paint('bold', report.name)} ${paint(COLOURS[report.outcome], report.outcome)} ${paint('dim', `in ${(report.durationMs / 1000).toFixed(1)} s`)}`;
  return [
    title,
    ...rows.flatMap(([label, text]) =>
      hanging(text, roomOf(output), `  ${paint('dim', label.padEnd(9))}  `, ' '.repeat(13)),
    ),
  ].join('\n');
}

function lengthOf({ requestsInRow, requests, milliseconds }: Estimate): string {
  const seconds = (milliseconds / 1000).toFixed(1);
  return `about ${seconds} s: ${count(requests, 'request')}, ${requestsInRow} in a row`;
}

/** The permissions in which a new token differs from the one before. */
function grantRows({
  more,
  less,
}: NonNullable<RotationReport['grants']>): readonly [string, string][] {
  return [
    ...(more.length > 0 ? [['gains', more.join(', ')] as [string, string]] : []),
    ...(less.length > 0 ? [['loses', less.join(', ')] as [string, string]] : []),
  ];
}

/** The error of the run is the one of a sink, which is shown there. */
function isToldOf({ error, sinks }: RotationReport): boolean {
  return sinks.some((sink) => sink.error !== undefined && sink.error.message === error?.message);
}

function expiry(expiresAt: string | undefined): string {
  return expiresAt === undefined ? '' : `  expires ${readableTime(expiresAt)}`;
}

function fateOf(id: string, report: RotationReport): string {
  return report.revoked.includes(id) ? 'revoked' : 'still valid';
}

/** Places that keep a token valid although the rotation does not write to them any more. */
function formerHolders({ kept, sinks }: RotationReport): string[] {
  const known = new Set(sinks.map(({ id }) => id));
  const held = kept.filter(({ reason }) => reason === 'held').flatMap((token) => token.sinks);
  return [...new Set(held)].filter((id) => !known.has(id) && !isElsewhere(id));
}

function whyKept({ id, reason, sinks, lastUsedAt }: KeptToken, report: RotationReport): string {
  switch (reason) {
    case 'grace':
      return 'running jobs may still use it';
    case 'settling':
      return `a lost request may still write it to ${sinks.join(', ')}`;
    case 'held':
      return `it may still be in ${sinks.join(', ')}${formerHolders(report).some((sink) => sinks.includes(sink)) ? ', which the rotation does not write to any more' : ''}`;
    case 'used':
      return `it was used${lastUsedAt === undefined ? '' : ` at ${readableTime(lastUsedAt)}`}, after it was replaced`;
    case 'unseen':
      return `jobs may read it close to ${sinks.map((sink) => sink.replace(/#elsewhere$/, '')).join(', ')}, under names that keyturn does not write`;
    case 'unnamed':
      return `only the ledger says that it belongs to this rotation; if it does: keyturn rotate ${shellWord(report.name)} --replaces ${shellWord(id)}`;
    case 'drifted':
      return 'somebody else wrote to a sink, perhaps this token';
    case 'unproved':
      return 'no CI job has shown yet that the new token works; run it again with --canary';
    case 'disabled':
      return `it is disabled, and can be enabled until it is revoked: keyturn enable ${shellWord(report.name)}`;
    case 'undeployed':
      return `jobs use it until ${sinks.join(', ')} is deployed; after that: keyturn released ${shellWord(report.name)}`;
    case 'ending':
      return 'its revocation is under way; the next run checks it';
    case 'unrevoked':
      return 'it could not be revoked; the next run retries it';
  }
}

function whatIsLeft({ label, id }: PendingToken, { phase }: RotationReport): string {
  if (id === undefined)
    return `a token may exist as ${label}; the next run searches for it and revokes it`;
  return phase === 'delivering'
    ? `${id}  its secret is lost; the next run replaces it in the sinks that contain it`
    : `${id}  it is in no sink; the next run revokes it`;
}

/** A plan lists every sink, since a pattern may match more than its author expected. */
function sinkRows({ sinks, outcome, toWrite }: MeasuredReport): [string, string][] {
  const most = outcome === 'planned' ? Infinity : undefined;
  const rows: [string, string][] = [];
  if (toWrite.length > 0) rows.push(['to write', listed(toWrite, most)]);
  const others = sinks.filter(({ id }) => !toWrite.includes(id));
  for (const status of ['delivered', 'unchanged', 'skipped'] as const) {
    const ids = others.filter((sink) => sink.status === status).map(({ id }) => id);
    if (ids.length > 0) rows.push([status, listed(ids, most)]);
  }
  for (const { id, error } of sinks.filter(({ status }) => status === 'failed')) {
    rows.push(['failed', about(id, error?.message ?? 'not written')]);
    if (error?.hint !== undefined) rows.push(['fix', error.hint]);
  }
  return rows;
}
