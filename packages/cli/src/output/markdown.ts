import { printable } from '@keyturn/core';

/** Escapes foreign text for Markdown: it becomes no link, image, HTML, mention or table cell. */
export function escapeMarkdown(text: string): string {
  return printable(text, 2000)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+!|~$]/g, String.raw`\$&`)
    .replaceAll('@', '&#64;')
    .replaceAll(/(https?|ftp|mailto|xmpp|www)(?=[:.])/gi, '$1&#8203;');
}
