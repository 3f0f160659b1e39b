import { escapeMarkdown as text } from '../../output/markdown.ts';
import { countsText, verdictOf, type AuditReport } from '../report.ts';

/** Far below the size limit of a summary, and more than anyone reads. */
const MOST_ROWS = 500;
const MARKS = { bad: '❌', unsure: '⚠️', good: '✅' } as const;

/** The report as Markdown, for the page of a workflow's run. */
export function auditSummary(report: AuditReport): string {
  const { findings, notChecked, subject } = report;
  const lines = [
    `## ${MARKS[verdictOf(report)]} keyturn audit: ${text(subject)}`,
    '',
    `${text(countsText(report))}.`,
  ];
  if (findings.length > 0)
    lines.push('', '| severity | rule | what | fix |', '| --- | --- | --- | --- |');
  for (const { rule, name, severity, subject: about, text: found, fix } of findings.slice(
    0,
    MOST_ROWS,
  ))
    lines.push(
      `| ${severity} | ${rule} ${name} | **${text(about)}** ${text(found)} | ${text(fix)} |`,
    );
  if (findings.length > MOST_ROWS) lines.push('', `And ${findings.length - MOST_ROWS} more.`);
  if (notChecked.length > 0) lines.push('', '### Not checked', '');
  for (const { rules, subject: about, reason } of notChecked.slice(0, MOST_ROWS))
    lines.push(`- ${rules.join(' ')}: ${text(about)}: ${text(reason)}`);
  if (notChecked.length > MOST_ROWS) lines.push('', `And ${notChecked.length - MOST_ROWS} more.`);
  return `${lines.join('\n')}\n`;
}
