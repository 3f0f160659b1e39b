import { getEventListeners } from 'node:events';

import { describe, expect, it } from 'vitest';

import { onAbort } from '../src/on-abort.ts';

describe('those who share a signal', () => {
  it('share one listener, too, until the last of them is gone', () => {
    const { signal } = new AbortController();
    const listeners = (): number => getEventListeners(signal, 'abort').length;
    const stops = [1, 2, 3].map(() => onAbort(signal, () => {}));
    const seen = [listeners()];
    for (const stop of stops) {
      stop();
      seen.push(listeners());
    }
    expect(seen).toEqual([1, 1, 1, 0]);
  });

  it('are told, except those who have left', () => {
    const controller = new AbortController();
    const told: string[] = [];
    const leave = onAbort(controller.signal, () => told.push('who left'));
    leave();
    onAbort(controller.signal, () => told.push('who came later'));
    const go = onAbort(controller.signal, () => told.push('who went'));
    go();
    controller.abort();
    expect(told).toEqual(['who came later']);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});
