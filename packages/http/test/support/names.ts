import dns from 'node:dns';

import { vi } from 'vitest';

/** Lets the look-up of every `.invalid` name fail, so that no test asks a real server. */
export function withoutNames(code: 'ENOTFOUND' | 'EAI_AGAIN'): void {
  const { lookup } = dns;
  vi.spyOn(dns, 'lookup').mockImplementation((...args: unknown[]): void => {
    if (!String(args[0]).endsWith('.invalid')) return Reflect.apply(lookup, dns, args) as void;
    const callback = args.at(-1) as (error: Error) => void;
    setImmediate(() => callback(Object.assign(new Error(code), { code })));
  });
}
