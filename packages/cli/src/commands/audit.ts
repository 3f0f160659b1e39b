import { summaryFile } from '@keyturn/ci';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { codeOf, parseDuration, withoutSecrets } from '@keyturn/core';

import type { Gap, Source } from '../audit/evidence.ts';
import type { GatherFlags } from '../audit/gather/flags.ts';
import { gather } from '../audit/gather/gather.ts';
import { repositoryRoot } from '../audit/gather/leaks.ts';
import { chooseRules, judge } from '../audit/judge.ts';
import { auditDocument } from '../audit/output/json.ts';
import { sarifLog } from '../audit/output/sarif.ts';
import { auditSummary } from '../audit/output/summary.ts';
import { auditText } from '../audit/output/text.ts';
import { fails, type AuditReport } from '../audit/report.ts';
import { exitCodes, exitOfError, worst, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { fileNotWritable, printedTwice } from '../messages.ts';
import { STDOUT } from '../output/write-file.ts';
import type { Severity } from '@keyturn/host/status';

export interface AuditFlags extends GatherFlags {
  readonly rule: readonly string[];
  readonly ignore: readonly string[];
  readonly failOn?: Severity | 'error' | 'never';
  readonly unusedAfter?: string;
  readonly expiringWithin?: string;
  readonly sarif?: string;
  readonly summary?: string;
  readonly json?: boolean;
}

/** `keyturn audit`: applies the rules to the issuer, the ledgers, the sinks and git. Changes nothing. */
export async function auditCommand(flags: AuditFlags, host: Host): Promise<ExitCode> {
  const printed = printedOf(flags);
  const rules = chooseRules(flags.rule, flags.ignore);
  const limits = {
    maxAge: parseDuration('90d'),
    unusedAfter: parseDuration(flags.unusedAfter ?? '30d'),
    expiringWithin: parseDuration(flags.expiringWithin ?? '14d'),
  };
  const sources = new Set<Source>(rules.flatMap(({ needs }) => needs));
  const { evidence, configuration } = await gather(flags, sources, host);
  const { failOn = 'warning' } = flags;
  const report: AuditReport = {
    subject: evidence.issuer,
    rules,
    ...judge(evidence, rules, limits),
    failOn: failOn === 'never' ? undefined : failOn === 'error' ? 'problem' : failOn,
  };
  await writeReports(report, configuration, flags, host);
  if (printed === undefined) host.stdout.write(auditText(report, host.stdout));
  if (printed === '--json') host.stdout.write(auditDocument(report));
  return fails(report) ? exitCodes.attention : exitOfGaps(evidence.gaps);
}

/**
 * The one document for standard output in the place of the report.
 *
 * @throws {KeyturnError} `USAGE_INVALID` for two
 */
function printedOf({ json, sarif, summary }: AuditFlags): string | undefined {
  const printed = [
    ...(json === true ? ['--json'] : []),
    ...(sarif === STDOUT ? ['--sarif -'] : []),
    ...(summary === STDOUT ? ['--summary -'] : []),
  ];
  if (printed.length > 1) throw printedTwice(printed);
  return printed[0];
}

/** A failed request must not look like a clean audit. */
function exitOfGaps(gaps: readonly Gap[]): ExitCode {
  return worst(
    gaps.map(({ error }) => (error === undefined ? exitCodes.done : exitOfError(error))),
  );
}

async function writeReports(
  report: AuditReport,
  configuration: string | undefined,
  { sarif, summary }: AuditFlags,
  host: Host,
): Promise<void> {
  const { directory, env } = host;
  if (sarif !== undefined) {
    const root = (await repositoryRoot(host)) ?? directory;
    const [, version = ''] = /^keyturn (\S+),/.exec(host.about()) ?? [];
    const log = sarifLog(report, version, { configuration: await read(configuration), root });
    const text = `${withoutSecrets(JSON.stringify(log, null, 2))}\n`;
    await save(sarif, text, (file) => writeFile(file, text), host);
  }
  const page = summary ?? summaryFile(env);
  // A step has one file, and other commands may have written to it.
  if (page === undefined || page === '') return;
  const text = auditSummary(report);
  await save(page, text, (file) => appendFile(file, text), host);
}

/** Read a moment ago; if that fails now, no location in it is reported. */
async function read(
  file: string | undefined,
): Promise<{ readonly file: string; readonly text: string } | undefined> {
  if (file === undefined) return undefined;
  return { file, text: await readFile(file, 'utf8').catch(() => '') };
}

async function save(
  name: string,
  text: string,
  write: (file: string) => Promise<void>,
  { directory, stdout }: Host,
): Promise<void> {
  if (name === STDOUT) {
    stdout.write(text, 'document');
    return;
  }
  const file = resolve(directory, name);
  try {
    await write(file);
  } catch (error) {
    throw fileNotWritable(file, codeOf(error) ?? 'unknown');
  }
}
