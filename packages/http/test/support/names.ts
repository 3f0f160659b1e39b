import dns from 'node:dns';

import { vi } from 'vitest';

/** Lets every look-up of a name fail, so that no test asks a real server. */
export function withoutNames(code: 'ENOTFOUND' | 'EAI_AGAIN'): void {
  const lookup = (...args: unknown[]): void => {
    const callback = args.at(-1) as (error: Error) => void;
    setImmediate(() => callback(Object.assign(new Error(code), { code })));
  };
  vi.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup);
}
