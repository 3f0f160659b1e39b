import { documentText } from '../../output/json.ts';
import { countsOf, fails, type AuditReport } from '../report.ts';

/** The one document that `audit --json` prints. Unknown values are null, never missing. */
export function auditDocument(report: AuditReport): string {
  return documentText({
    subject: report.subject,
    failed: fails(report),
    seen: report.seen,
    counts: Object.fromEntries(countsOf(report)),
    findings: report.findings.map((finding) => ({
      rule: finding.rule,
      name: finding.name,
      severity: finding.severity,
      subject: finding.subject,
      token: finding.token ?? null,
      rotation: finding.rotation ?? null,
      text: finding.text,
      fix: finding.fix,
      heuristic: finding.isHeuristic ?? false,
      place:
        finding.place === undefined
          ? null
          : { file: finding.place.file, line: finding.place.line ?? null },
    })),
    notChecked: report.notChecked.map(({ rules, subject, reason, fix }) => ({
      rules,
      subject,
      reason,
      fix: fix ?? null,
    })),
  });
}
