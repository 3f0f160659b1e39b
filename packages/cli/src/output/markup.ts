import { printable } from '@keyturn/core';

/** Markup that {@link markup} made; it goes into a page unescaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[];

/** Makes markup from a template. All text among its values is escaped; only markup is not. */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(
    strings.map((text, i) => (i === 0 ? '' : textOf(values[i - 1] ?? '')) + text).join(''),
  );
}

/** Empty markup. */
export const none = markup``;

function textOf(value: Value): string {
  if (value instanceof Markup) return value.text;
  return typeof value === 'object' ? value.map(({ text }) => text).join('') : escape(String(value));
}

function escape(text: string): string {
  return printable(text, Infinity)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
