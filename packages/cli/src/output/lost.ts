import type { Output } from '../host.ts';
import { outputLost } from '../messages.ts';
import { tell } from './tell.ts';

/** Reports that results were lost. What the command did is done. */
export function tellLost(code: string, stderr: Output): void {
  const [text, hint] = outputLost(code);
  tell(text, stderr, hint);
}
