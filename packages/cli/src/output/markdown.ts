import { printable } from '@keyturn/core';

/** Text from outside that stands in Markdown as what it is: no link, image, HTML, mention or cell of its own. */
export function escapeMarkdown(text: string): string {
  return printable(text, 2000)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+!|~$]/g, String.raw`\$&`)
    .replaceAll('@', '&#64;')
    .replaceAll(/(https?|ftp|mailto|xmpp|www)(?=[:.])/gi, '$1&#8203;');
}
