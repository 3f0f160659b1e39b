import type { RotationConfig } from '@keyturn/host/config';

import type { TokenFlags } from './call.ts';

export interface TokenCreateFlags extends TokenFlags {
  readonly name: string;
  readonly ttl?: string;
  readonly permission?: readonly string[];
  readonly sink?: string;
  readonly layout?: RotationConfig['layout'];
  readonly force?: boolean;
}
