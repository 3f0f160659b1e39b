import { nearest } from '@keyturn/core';

import { noRulesLeft, ruleNotFound } from '../messages-of-checks.ts';
import type { Evidence, Gap } from './evidence.ts';
import type { Judgement } from './report.ts';
import type { AuditFinding, Limits, Rule } from './rule.ts';
import * as all from './rules/index.ts';
import { isBlind, seenIn } from './sight.ts';
import { tokensOf } from './tokens.ts';
import { severities, type NotChecked } from '@keyturn/host/status';

/** Every rule, by its id. */
export const rules: readonly Rule[] = Object.values(all).toSorted((a, b) => (a.id < b.id ? -1 : 1));

/**
 * The chosen rules: all, or the named ones, without the ignored ones.
 *
 * @throws {KeyturnError} `USAGE_INVALID` for an unknown rule, or if no rule is left
 */
export function chooseRules(named: readonly string[], ignored: readonly string[]): Rule[] {
  const wanted = named.map(ruleNamed);
  const unwanted = new Set(ignored.map(ruleNamed));
  const chosen = rules.filter(
    (rule) => (wanted.length === 0 || wanted.includes(rule)) && !unwanted.has(rule),
  );
  if (chosen.length === 0) throw noRulesLeft();
  return chosen;
}

function ruleNamed(text: string): Rule {
  const rule = rules.find(({ id, name }) => id === text.toUpperCase() || name === text);
  if (rule !== undefined) return rule;
  const meant = nearest(
    text,
    rules.flatMap(({ id, name }) => [id, name]),
  );
  const known = rules.map(({ id, name }) => `${id} ${name}`);
  throw ruleNotFound(text, meant, known);
}

/** What the rules find, the worst first, and what could and could not be checked. Pure. */
export function judge(evidence: Evidence, chosen: readonly Rule[], limits: Limits): Judgement {
  const owners = new Map(tokensOf(evidence).map(({ id, rotation }) => [id, rotation?.name]));
  const findings = chosen.flatMap(({ id, name, severity, find }) =>
    [...find(evidence, limits)].map((hit): AuditFinding => {
      const rotation = hit.rotation ?? owners.get(hit.token ?? '');
      return { rule: id, name, severity, ...hit, ...(rotation !== undefined && { rotation }) };
    }),
  );
  const seen = seenIn(evidence);
  const rank = ({ severity }: AuditFinding): number => -severities.indexOf(severity);
  return {
    findings: findings.toSorted(
      (a, b) => rank(a) - rank(b) || compare(a.rule, b.rule) || compare(a.subject, b.subject),
    ),
    notChecked: evidence.gaps
      .map((gap) => notChecked(gap, chosen))
      .filter((gap) => gap.rules.length > 0),
    seen,
    isBlind: isBlind(seen, chosen),
    hasFailed: evidence.gaps.some(({ error }) => error !== undefined),
  };
}

function notChecked({ source, subject, reason, fix }: Gap, chosen: readonly Rule[]): NotChecked {
  const missing = chosen.filter(({ needs }) => needs.includes(source)).map(({ id }) => id);
  return { rules: missing, subject, reason, ...(fix !== undefined && { fix }) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
