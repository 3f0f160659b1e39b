import { EventEmitter, once } from 'node:events';

import { describe, expect, it } from 'vitest';

import { KeyturnError, Secret } from '../../src/index.ts';
import { chain, EMPTY } from '../../src/ledger/index.ts';
import {
  type Fault,
  type FaultCall,
  memoryIssuer,
  memorySink,
  memoryStore,
  virtualClock,
} from '../../src/testing/index.ts';

const calm = { signal: new AbortController().signal };

/** A fault hook that answers with what it is given, one after the other, and then with `ok`. */
function script(...faults: Fault[]) {
  const calls: FaultCall[] = [];
  const hook = (call: FaultCall): Fault => {
    calls.push(call);
    return faults.shift() ?? 'ok';
  };
  return { hook, calls };
}

function sinkWith(atomic: boolean, ...faults: Fault[]) {
  const clock = virtualClock(0, { auto: false });
  const { hook, calls } = script(...faults);
  const sink = memorySink({ clock, faults: hook, supports: { atomic } });
  const deliver = (value: string) =>
    sink.deliver(
      [
        { name: 'ID', value: `id-${value}` },
        { name: 'TOKEN', value: new Secret(value) },
      ],
      calm,
    );
  const readings = () => sink.history.map(({ values }) => values);
  return { clock, sink, deliver, calls, readings };
}

const lost = { code: 'NETWORK_FAILED', effect: 'unknown' };
const old = { ID: 'id-old', TOKEN: 'old' };
const fresh = { ID: 'id-new', TOKEN: 'new' };

describe('a request to a memory implementation', () => {
  it('that fails before has no effect, and says so', async () => {
    const { sink, deliver } = sinkWith(true, { fail: 'before' });
    await expect(deliver('new')).rejects.toMatchObject({ code: 'NETWORK_FAILED', effect: 'none' });
    expect(sink.values.size).toBe(0);
  });

  it('that fails after has its effect, and its answer is lost', async () => {
    const { sink, deliver } = sinkWith(true, { fail: 'after' });
    await expect(deliver('new')).rejects.toMatchObject(lost);
    expect(Object.fromEntries(sink.values)).toEqual(fresh);
  });

  it('fails with the error that it is given', async () => {
    const error = new KeyturnError('PERMISSION_DENIED', 'no', { effect: 'none' });
    const { deliver } = sinkWith(true, { fail: 'before', error });
    await expect(deliver('new')).rejects.toBe(error);
  });

  it('is shown to the hook without secrets', async () => {
    const { deliver, calls } = sinkWith(true);
    await deliver('plaintext');
    expect(calls).toEqual([{ adapter: 'memory:one', method: 'deliver', about: 'ID, TOKEN' }]);
  });

  it('that never resolves ends with an abort, and never takes effect', async () => {
    const server = new EventEmitter();
    const answer = once(server, 'answer').then((): Fault => 'ok');
    const sink = memorySink({ clock: virtualClock(), faults: () => answer });
    const controller = new AbortController();
    const call = sink.deliver([{ name: 'A', value: 'a' }], controller);
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'INTERRUPTED', effect: 'unknown' });
    server.emit('answer');
    await answer;
    expect(sink.values.size).toBe(0);
  });
});

describe('a late request', () => {
  it('lands when the test says so, over newer ones', async () => {
    const { sink, deliver, readings } = sinkWith(true, { late: Infinity });
    await expect(deliver('old')).rejects.toMatchObject(lost);
    expect(sink.values.size).toBe(0);
    await deliver('new');
    expect(sink.landLate()).toBe(1);
    expect(readings()).toEqual([{}, fresh, old]);
    expect(sink.landLate()).toBe(0);
  });

  it('lands by itself when its time has come, whoever looks', async () => {
    const { clock, sink, deliver } = sinkWith(true, { late: 1000 });
    await expect(deliver('old')).rejects.toMatchObject(lost);
    await clock.advance(999);
    expect(sink.values.size).toBe(0);
    await clock.advance(1);
    expect(Object.fromEntries(sink.values)).toEqual(old);
    expect(sink.history.at(-1)?.at).toBe(1000);
  });

  it('lands when the function that it was given to says so', async () => {
    let land = (): void => {};
    const { sink, deliver } = sinkWith(true, { late: (now) => (land = now) });
    await expect(deliver('old')).rejects.toMatchObject(lost);
    land();
    expect(Object.fromEntries(sink.values)).toEqual(old);
  });

  it('to an issuer makes its token then', async () => {
    const clock = virtualClock(0, { auto: false });
    const { hook } = script({ late: 60_000 });
    const issuer = memoryIssuer({ clock, faults: hook });
    await expect(issuer.issue({ label: 'one' }, calm)).rejects.toMatchObject(lost);
    expect(await issuer.find('one', calm)).toEqual([]);
    await clock.advance(60_000);
    expect(await issuer.find('one', calm)).toMatchObject([
      // By the issuer's clock, which is not the machine's.
      { issuedAt: '1970-01-01T00:00:55.000Z' },
    ]);
  });

  it('to a store is dropped where somebody else has written since', async () => {
    const { hook } = script('ok', { late: Infinity });
    const store = memoryStore({ clock: virtualClock(), faults: hook });
    const lock = await store.lock('one', 'writer');
    const [late, newer] = ['late', 'newer'].map((label) =>
      chain(EMPTY, [{ type: 'absent', label }], '2030-01-01T00:00:00.000Z'),
    );
    await expect(lock.append(late ?? [], EMPTY)).rejects.toMatchObject({
      code: 'STATE_FAILED',
      effect: 'unknown',
    });
    await lock.append(newer ?? [], EMPTY);
    expect(store.landLate()).toBe(1);
    expect(store.records('one')).toEqual(newer);
  });
});

describe('a pair in a sink that is not atomic', () => {
  it('is seen torn between its two writes', async () => {
    const { deliver, readings } = sinkWith(false);
    await deliver('old');
    await deliver('new');
    const torn = { ID: 'id-new', TOKEN: 'old' };
    expect(readings()).toEqual([{}, { ID: 'id-old' }, old, torn, fresh]);
  });

  it('stays torn when the second write fails, and the error says that something was written', async () => {
    const { sink, deliver } = sinkWith(false, 'ok', { fail: 'before' });
    await expect(deliver('new')).rejects.toMatchObject(lost);
    expect(Object.fromEntries(sink.values)).toEqual({ ID: 'id-new' });
  });

  it('is untouched when the first write fails', async () => {
    const { sink, deliver } = sinkWith(false, { fail: 'before' });
    await expect(deliver('new')).rejects.toMatchObject({ effect: 'none' });
    expect(sink.values.size).toBe(0);
  });
});
