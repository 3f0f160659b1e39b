import * as messages from './messages.ts';
import { parse } from './parse.ts';

const LONGEST_TITLE = 80;

/** What a body is, for a message. It repeats nothing of the body, which might contain a secret. */
export function describeBody(text: string, headers: Headers): string {
  if (text.trim() === '') return messages.EMPTY_BODY;
  if (isPage(text)) return isLogin(text) ? messages.LOGIN_PAGE : messages.htmlPage('');
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  const value = parse(text);
  if (value !== undefined) return Array.isArray(value) ? messages.JSON_ARRAY : messages.JSON_VALUE;
  return type.includes('json')
    ? messages.INVALID_JSON
    : messages.textOfType(/^[\w.+/-]{1,60}$/.exec(type.trim())?.[0] ?? '');
}

/** An HTML page by its title, with the secrets that it might contain. Not escaped yet. */
export function describePage(text: string): string {
  const title = oneLine(/<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? '');
  return messages.htmlPage(
    title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE)}…` : title,
  );
}

/** HTML, or XML. */
export function isPage(text: string): boolean {
  return /^\s*</.test(text);
}

/** Whether a page asks somebody to log in. */
export function isLogin(text: string): boolean {
  return isPage(text) && /\b(?:sign|log)[ -]?(?:in|on)\b/i.test(describePage(text));
}

/** Whether the body of a 404 comes from a server that does not have the API: a page, or the text of a router. */
export function isForeign(text: string): boolean {
  return isPage(text) || /^(?:404 page not found|cannot get |default backend)/i.test(text.trim());
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
