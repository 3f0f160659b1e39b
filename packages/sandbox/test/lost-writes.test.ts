import { describe, expect, it } from 'vitest';

import type { SandboxOptions } from '../src/index.ts';
import { control, createClock, deferred, github, putSecret, sandbox } from './support.ts';

const SECRETS = '/repos/acme/web/actions/secrets';
const valueOf = (box: Awaited<ReturnType<typeof sandbox>>, name: string) =>
  box.state().github?.['acme/web']?.actions?.[name]?.value;

/** A sandbox whose time passes when it is told to. */
async function open(options: SandboxOptions = {}) {
  const slept = deferred<number>();
  const wake = deferred<void>();
  const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> => {
    slept.resolve(milliseconds);
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      void wake.promise.then(resolve);
    });
  };
  const box = await sandbox({ sleep, ...options });
  return { box, slept: slept.promise, wake: () => wake.resolve(undefined) };
}

describe('a write that is held', () => {
  it('lands later, over a newer one that was answered, and nobody hears of it', async () => {
    const clock = createClock();
    const { box, slept, wake } = await open({ clock: clock.now });
    const api = github(box);
    await control(box)('POST', '/faults', { method: 'PUT', times: 1, action: { holdMs: 5000 } });
    await expect(putSecret(api, SECRETS, 'A', 'older')).rejects.toThrow('fetch failed');
    expect(await slept).toBe(5000);
    expect(valueOf(box, 'A')).toBeUndefined();
    expect((await putSecret(api, SECRETS, 'A', 'newer')).status).toBe(201);
    expect(valueOf(box, 'A')).toBe('newer');
    clock.advance(5000);
    wake();
    await expect.poll(() => valueOf(box, 'A'), { interval: 1 }).toBe('older');
    const { body } = await control(box)('GET', '/requests');
    const held = body.find(({ landedAt }: { landedAt?: string }) => landedAt !== undefined);
    expect(held).toMatchObject({
      method: 'PUT',
      status: 204,
      dropped: true,
      landedAt: new Date(clock.now()).toISOString(),
    });
  });

  it.each(['/reset', '/seed'])('does not land in the world that %s makes', async (world) => {
    const { box, slept, wake } = await open();
    await control(box)('POST', '/faults', { method: 'DELETE', action: { holdMs: 5000 } });
    const path = `${SECRETS}/DEPLOY_KEY`;
    await expect(github(box)('DELETE', path)).rejects.toThrow('fetch failed');
    await slept;
    await control(box)('POST', world, {});
    wake();
    expect((await github(box)('GET', path)).status).toBe(200);
    expect(valueOf(box, 'DEPLOY_KEY')).toBeDefined();
  });
});

describe('a request that is dropped', () => {
  it('changes nothing and is not answered', async () => {
    const box = await sandbox();
    const before = box.state();
    await control(box)('POST', '/faults', { method: 'DELETE', action: { dropRequest: true } });
    await expect(github(box)('DELETE', `${SECRETS}/DEPLOY_KEY`)).rejects.toThrow('fetch failed');
    expect(box.state()).toEqual(before);
    const { body } = await control(box)('GET', '/requests');
    expect(body).toMatchObject([{ method: 'DELETE', status: null }]);
  });
});

describe('a fault', () => {
  it.each([
    [{ action: { holdMs: -1 } }, 'holdMs'],
    [{ action: { dropRequest: 'yes' } }, 'dropRequest must be true or false'],
  ])('that makes no sense is refused: %j', async (fault, message) => {
    const { status, body } = await control(await sandbox())('POST', '/faults', fault);
    expect([status, body.message]).toEqual([400, expect.stringContaining(message)]);
  });
});
