import { describe, expect, it } from 'vitest';

import { KeyturnError } from '../../src/index.ts';
import { Stamping } from '../../src/runner/run/stamping.ts';

describe('what is read about deliveries', () => {
  it('is only not known if it cannot be read', async () => {
    const stamping = new Stamping();
    stamping.begin('a', Promise.reject(new KeyturnError('REMOTE_FAILED', 'no answer')));
    await expect(stamping.of('a')).resolves.toBeUndefined();
    await expect(stamping.all()).resolves.toBeUndefined();
  });

  it('is a bug for whoever waits for it if anything else is thrown, and for nobody before', async () => {
    const stamping = new Stamping();
    stamping.begin('a', Promise.reject(new TypeError('a bug')));
    // Node would end the process by now for a rejection that nobody takes.
    await new Promise(setImmediate);
    await expect(stamping.of('a')).rejects.toThrow('a bug');
    await expect(stamping.of('b')).resolves.toBeUndefined();
    await expect(stamping.all()).rejects.toThrow('a bug');
  });
});
