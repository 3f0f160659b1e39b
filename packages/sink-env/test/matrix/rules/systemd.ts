import { isUtf8 } from 'node:buffer';

type State =
  | 'before'
  | 'name'
  | 'start'
  | 'bare'
  | 'escape'
  | 'single'
  | 'double'
  | 'kept'
  | 'comment';

const isBreak = (character: string): boolean => character === '\n' || character === '\r';
const isSpace = (character: string): boolean => /[ \t\n\r]/.test(character);

/**
 * What `EnvironmentFile=` reads of a text with one character per byte, or undefined if systemd rejects the file.
 * Source: systemd.exec(5), and the states of systemd's src/basic/env-file.c (since v254, a comment ends with its line).
 */
export function readAsSystemd(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  let state: State = 'before';
  let [name, value, spaces] = ['', '', ''];
  const set = (): void => {
    found.set(name.replace(/[ \t]+$/, ''), value);
    [state, name, value, spaces] = ['before', '', '', ''];
  };
  const add = (piece: string): void => {
    value += spaces + piece;
    spaces = '';
  };
  const take: Readonly<Record<State, (character: string) => void>> = {
    before(character) {
      if (character === '#' || character === ';') state = 'comment';
      else if (!isSpace(character)) [state, name] = ['name', character];
    },
    name(character) {
      if (isBreak(character)) state = 'before';
      else if (character === '=') state = 'start';
      else name += character;
    },
    start(character) {
      if (isBreak(character)) set();
      else if (character === "'") state = 'single';
      else if (character === '"') state = 'double';
      else if (character === '\\') state = 'escape';
      else if (!isSpace(character)) [state, value] = ['bare', value + character];
    },
    bare(character) {
      if (isBreak(character)) set();
      else if (character === '\\') {
        add('');
        state = 'escape';
      } else if (isSpace(character)) spaces += character;
      else add(character);
    },
    escape(character) {
      state = 'bare';
      if (!isBreak(character)) value += character;
    },
    single(character) {
      if (character === "'") state = 'start';
      else value += character;
    },
    double(character) {
      if (character === '"') state = 'start';
      else if (character === '\\') state = 'kept';
      else value += character;
    },
    kept(character) {
      state = 'double';
      if ('"\\`$'.includes(character)) value += character;
      else if (character !== '\n') value += `\\${character}`;
    },
    comment(character) {
      if (isBreak(character)) state = 'before';
    },
  };
  for (const character of text) take[state](character);
  // The end of the file ends a value in whatever state it is.
  if (!['before', 'name', 'comment'].includes(state)) set();
  for (const pair of found) if (!isUtf8(Buffer.from(pair.join('='), 'latin1'))) return undefined;
  return new Map(
    [...found]
      .filter(([key]) => /^[A-Za-z_]\w*$/.test(key))
      .map(([key, bytes]) => [key, Buffer.from(bytes, 'latin1').toString('utf8')]),
  );
}
