import dns from 'node:dns';

import { vi } from 'vitest';

/**
 * Lets the look-up of every `.invalid` name fail, so that no test asks a real server. Whatever a connection fails with can be
 * given as its code.
 */
export function withoutNames(code: string | undefined): void {
  const { lookup } = dns;
  vi.spyOn(dns, 'lookup').mockImplementation((...args: unknown[]): void => {
    if (!String(args[0]).endsWith('.invalid')) return Reflect.apply(lookup, dns, args) as void;
    const callback = args.at(-1) as (error: Error) => void;
    setImmediate(() => callback(Object.assign(new Error(code), { code })));
  });
}
