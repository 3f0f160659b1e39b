import type { Finding, Severity } from '../finding.ts';

/** What a ledger can tell, and `unreadable` where it tells nothing. */
export const rules = [
  'unreadable',
  'plaintext-left',
  'first',
  'due',
  'overdue',
  'expiring',
  'expired',
  'leaked',
  'other-account',
  'drifted',
  'waiting',
  'out-of-step',
  'outdated',
  'torn',
  'unanswered',
  'unproved',
  'under-way',
  'interrupted',
  'lost-answer',
  'grace-over',
  'kept-too-long',
  'left-behind',
  'unseen',
  'unnamed',
] as const;
type Rule = (typeof rules)[number];

type Make = (rule: Rule, text: string, fix: string | null) => Finding;

const make =
  (severity: Severity): Make =>
  (rule, text, fix) => ({ rule, severity, text, fix });

/** It endangers CI or a secret. */
export const problem = make('problem');
/** A run, or a person, is needed. */
export const warning = make('warning');

/** It will pass by itself. */
export function note(rule: Rule, text: string): Finding {
  return { rule, severity: 'note', text, fix: null };
}

/** The line that rotates with a flag more. Without a configuration there is none to be copied. */
export function withFlag(command: string, flag: string): string {
  return command.endsWith('with the same options')
    ? `${command} and ${flag}`
    : `${command} ${flag}`;
}

export const DAY = 86_400_000;
