import { stateControls, stateEmpty, statePassword } from '../messages.ts';
import type { Refuse } from './source.ts';

/** Parameters of an address whose value is a password. */
const SECRET = /^(?:.*pass(?:word|wd|phrase)?|pwd|.*secret.*|.*token|access_?key.*)$/i;

/** Checks the form of `state`; whether there is such a store is checked when it is opened. The messages never show the text. */
export function checkState(text: string, refuse: Refuse): void {
  const path = ['state'];
  if (text.trim() === '') return refuse({ path, ...stateEmpty });
  if (/\p{Cc}/u.test(text)) return refuse({ path, ...stateControls });
  if (hasPassword(text)) refuse({ path, ...statePassword });
}

function hasPassword(text: string): boolean {
  // An address without a scheme: user:password@host.
  if (/^[^/\\]+:[^/\\]+@/.test(text)) return true;
  const [, scheme = '', authority = '', query = ''] =
    /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)[^?#]*\??([^#]*)/i.exec(text) ?? [];
  const at = authority.lastIndexOf('@');
  const user = authority.slice(0, Math.max(0, at));
  // What is sent with HTTP in place of a user's name is a token.
  if (user.includes(':') || (user !== '' && /https?$/i.test(scheme))) return true;
  // A password with a slash or the like ends the authority too early; what follows the colon is not a port.
  if (at < 0 && /:(?!\d*$)/.test(authority) && text.includes('@')) return true;
  return query.split('&').some((pair) => {
    const [name = '', value = ''] = pair.split('=');
    return value !== '' && SECRET.test(name.replaceAll('-', '_'));
  });
}
