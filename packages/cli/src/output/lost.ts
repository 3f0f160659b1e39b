import type { Output } from '../host.ts';
import { outputLost } from '../messages.ts';
import { tell } from './tell.ts';

/** Reports that results were lost, perhaps with a new secret. What the command did is done. */
export function tellLost(code: string, hasSecret: boolean, stderr: Output): void {
  const [text, hint] = outputLost(code, hasSecret);
  tell(text, stderr, hint);
}
