import type { Finding } from '../finding.ts';
import { leftoverText } from '../../messages.ts';
import type { FoundLeftover } from '../../session/leftovers.ts';
import { problem } from './make.ts';

/** Secrets that a killed delivery left on this machine. */
export function plaintext(left: readonly FoundLeftover[]): Finding[] {
  return left.map((one) => problem('plaintext-left', leftoverText(one)));
}
