import type { Output } from '../host.ts';
import { tell } from './tell.ts';
import { unwritten } from './unwritten.ts';

/** Says that results were lost. What the command did stays done. */
export function tellLost(code: string, stderr: Output): void {
  const [text, hint] = unwritten('standard output', code, 'Write it elsewhere, then run it again.');
  tell(text, stderr, hint);
}
