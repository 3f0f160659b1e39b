import { mkdir } from 'node:fs/promises';

import type { Sandbox } from '../../../packages/sandbox/src/index.ts';
import type { Ledgers } from './ledgers.ts';

/** Ledgers in the sandbox's bucket. */
export function s3Ledgers(sandbox: Sandbox): Ledgers {
  return {
    env: { KEYTURN_STATE: 's3://acme-keyturn/ci' },
    secrets: [sandbox.env['AWS_SECRET_ACCESS_KEY'] ?? ''],
    furnish: (folder) => mkdir(folder),
    async text() {
      const objects = sandbox.state().s3?.buckets?.['acme-keyturn']?.objects ?? {};
      // Each run writes the lock, and its end.
      const kept = Object.entries(objects).filter(([key]) => !key.startsWith('ci/locks/'));
      return JSON.stringify(kept);
    },
    close: () => Promise.resolve(),
  };
}
