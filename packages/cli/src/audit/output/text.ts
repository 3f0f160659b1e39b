import { printable } from '@keyturn/core';

import type { Output } from '../../host.ts';
import { painter, type Paint } from '../../output/style.ts';
import { HEURISTIC, moreInJson, NOT_CHECKED } from '../../messages-of-checks.ts';
import { countsText, verdictOf, type AuditReport } from '../report.ts';
import type { AuditFinding } from '../rule.ts';
import type { NotChecked, Severity } from '@keyturn/host/status';
import { listed } from '@keyturn/host/text';
import { wrap } from '../../output/wrap.ts';

const MARKS = { bad: ['red', '✖'], unsure: ['yellow', '!'], good: ['green', '✔'] } as const;
const COLOURS = { problem: 'red', warning: 'yellow', note: 'cyan' } as const;
const INDENT = '  ';
/** Longer lines are hard to read, no matter how wide the terminal is. */
const WIDEST = 110;
const MOST_LISTED = 20;

/** The report for people: the findings of each rule together, the worst first, and what was not checked. */
export function auditText(report: AuditReport, output: Output): string {
  const paint = painter(output);
  const width = Math.min(output.terminal ? output.columns : WIDEST, WIDEST);
  const blocks = groupsOf(report.findings).map((group) => ruleBlock(group, report, paint, width));
  if (report.notChecked.length > 0) blocks.push(notCheckedBlock(report.notChecked, paint, width));
  const [colour, mark] = MARKS[verdictOf(report)];
  return [...blocks, `${paint(colour, mark)} ${report.subject}: ${countsText(report)}\n`].join(
    '\n',
  );
}

/** Findings grouped by rule and severity, in their order. */
function groupsOf(findings: readonly AuditFinding[]): AuditFinding[][] {
  const groups = new Map<string, AuditFinding[]>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.rule}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()];
}

function ruleBlock(
  group: readonly AuditFinding[],
  { rules }: AuditReport,
  paint: Paint,
  width: number,
): string {
  const { rule: id = '', name = '', severity = 'note' } = group[0] ?? {};
  const summary = rules.find((rule) => rule.id === id)?.summary ?? '';
  const lines = [
    `${paint(['bold', COLOURS[severity]], severity)} ${paint('bold', `${id} ${name}`)}`,
    ...indented(summary, width).map((line) => paint('dim', line)),
  ];
  for (const [fix, findings] of byFix(group)) {
    for (const { subject, text, isHeuristic } of findings.slice(0, MOST_LISTED)) {
      const guess = isHeuristic === true ? HEURISTIC : '';
      lines.push(...indented(`${subject} ${text}${guess}`, width, markOf(severity, paint)));
    }
    const more = findings.length - MOST_LISTED;
    if (more > 0) lines.push(`${INDENT}  ${moreInJson(more)}`);
    lines.push(...indented(fix, width, `${INDENT}${paint('dim', '→')} `));
  }
  return `${lines.join('\n')}\n`;
}

/** The same fix is shown once, with `ID` for each token. */
function byFix(group: readonly AuditFinding[]): [string, AuditFinding[]][] {
  const fixes = new Map<string, AuditFinding[]>();
  for (const finding of group) {
    const { fix, token } = finding;
    const general = token === undefined ? fix : fix.replaceAll(token, 'ID');
    fixes.set(general, [...(fixes.get(general) ?? []), finding]);
  }
  return [...fixes].map(([general, findings]) => [
    findings.length === 1 ? (findings[0]?.fix ?? general) : general,
    findings,
  ]);
}

function markOf(severity: Severity, paint: Paint): string {
  return `${INDENT}${paint(COLOURS[severity], '•')} `;
}

function notCheckedBlock(gaps: readonly NotChecked[], paint: Paint, width: number): string {
  const lines = [paint('bold', NOT_CHECKED)];
  for (const [reason, subjects] of byReason(gaps)) {
    const [gap] = gaps.filter((one) => one.reason === reason);
    lines.push(
      ...indented(
        `${gap?.rules.join(' ') ?? ''}: ${listed(subjects, 5)}: ${reason}`,
        width,
        `${INDENT}• `,
      ),
    );
    if (gap?.fix !== undefined)
      lines.push(...indented(gap.fix, width, `${INDENT}${paint('dim', '→')} `));
  }
  return `${lines.join('\n')}\n`;
}

/** Grouped, because hundreds of sinks can have the same reason. */
function byReason(gaps: readonly NotChecked[]): Map<string, string[]> {
  const reasons = new Map<string, string[]>();
  for (const { reason, subject } of gaps)
    reasons.set(reason, [...new Set([...(reasons.get(reason) ?? []), subject])]);
  return reasons;
}

/** Wrapped lines; the first can begin with a mark, two characters wider than the indent. */
function indented(text: string, width: number, mark?: string): string[] {
  const inner = mark === undefined ? INDENT : `${INDENT}  `;
  const lines = wrap(printable(text, 2000), Math.max(20, width - inner.length));
  return lines.map((line, index) => `${index === 0 ? (mark ?? inner) : inner}${line}`);
}
