import { setTimeout as sleep } from 'node:timers/promises';

import { KeyturnError } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { failure, http } from './support/http.ts';
import { answer, serve } from './support/servers.ts';

const overtaken = new KeyturnError('STATE_LOST', 'overtaken', { effect: 'none' });

describe('what is asked before a write', () => {
  it('may take longer than a connection', async () => {
    const server = await serve(answer(204));
    const { fetch } = http({ retries: 0, deadlines: { connectMs: 400 } });
    const beforeWrite = (): Promise<void> => sleep(700);
    expect((await fetch(server.url, { method: 'PUT', beforeWrite })).status).toBe(204);
  });

  it.each([undefined, '{}'])(
    'is asked again where the answer took so long that it may hold no more (body: %s)',
    async (body) => {
      const server = await serve(answer(204));
      const { fetch } = http();
      let asked = 0;
      const beforeWrite = (): Promise<void> => (++asked === 1 ? sleep(1100) : Promise.resolve());
      const init = { method: 'DELETE', beforeWrite, ...(body !== undefined && { body }) };
      expect((await fetch(server.url, init)).status).toBe(204);
      expect(asked).toBe(2);
      expect(server.requests).toHaveLength(1);
    },
  );

  it('is answered too late for a request that was stopped meanwhile', async () => {
    const server = await serve(answer(204));
    const { fetch } = http({ retries: 0 });
    for (const isOvertaken of [false, true]) {
      const controller = new AbortController();
      const beforeWrite = async (): Promise<void> => {
        controller.abort();
        await Promise.resolve();
        if (isOvertaken) throw overtaken;
      };
      const init = { method: 'PUT', beforeWrite, signal: controller.signal };
      const error = await failure(fetch(server.url, init));
      expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
    }
    expect((await fetch(server.url)).status).toBe(204);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
  });
});
