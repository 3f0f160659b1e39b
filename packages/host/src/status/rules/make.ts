import type { Said } from '../../messages.ts';
import type { Finding, Severity } from '../finding.ts';

/** The rules about a ledger; `unreadable` if it cannot be read. */
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
  'disabled',
  'undeployed',
] as const;
type Rule = (typeof rules)[number];

type Make = (rule: Rule, said: Said) => Finding;

const make =
  (severity: Severity): Make =>
  (rule, { text, fix }) => ({ rule, severity, text, fix });

/** It endangers CI or a secret. */
export const problem = make('problem');
/** A run, or a person, is needed. */
export const warning = make('warning');

/** It resolves by itself. */
export function note(rule: Rule, text: string): Finding {
  return { rule, severity: 'note', text, fix: null };
}

/** The command with one more flag. Without a configuration, there is no command to copy. */
export function withFlag(command: string, flag: string): string {
  return command.endsWith('with the same options')
    ? `${command} and ${flag}`
    : `${command} ${flag}`;
}

export const DAY = 86_400_000;
