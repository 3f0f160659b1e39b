import type { Output } from '../host.ts';
import { roomOf } from './style.ts';
import { hanging } from './wrap.ts';

const WHO = 'keyturn: ';

/** Writes a warning or an error, with its hint below. */
export function tell(text: string, output: Output, hint?: string): void {
  const room = roomOf(output);
  const lines = hanging(text, room, WHO, ' '.repeat(WHO.length));
  if (hint !== undefined) lines.push(...hanging(hint, room, '  ', '  '));
  output.write(`${lines.join('\n')}\n`);
}
