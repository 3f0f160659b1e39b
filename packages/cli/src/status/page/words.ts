import { markup, type Markup } from '../../output/markup.ts';
import type { Severity } from '@keyturn/host/status';
import { readableTime } from '@keyturn/host/text';

const MARKS = { problem: '✖', warning: '▲', note: '●', fine: '✔' } as const;
const NAMES = { problem: 'Problem', warning: 'Warning', note: 'Note', fine: 'OK' } as const;

/** A severity as a sign, a word and a colour. */
export function badge(level: Severity | 'fine'): Markup {
  return markup`<strong class="${level}"
    ><span aria-hidden="true">${MARKS[level]}</span> ${NAMES[level]}</strong
  >`;
}

export function time(iso: string): Markup {
  return markup`<time datetime="${iso}">${readableTime(iso)}</time>`;
}

/** The anchor of a rotation in the page; it does not contain the name, which can be any text. */
export function anchor(index: number): string {
  return `rotation-${index + 1}`;
}
