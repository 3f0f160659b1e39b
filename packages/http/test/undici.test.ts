import { afterAll, beforeAll, describe } from 'vitest';

import { sendAsUsual, sendWithUndici } from './support/http.ts';

const suites = [
  'abort',
  'before-write',
  'connections',
  'failure',
  'fetch',
  'observation',
  'rate-limit',
  'retry',
  'tls-and-proxy',
];

// What holds for the first requests of a run also holds for the many of a fan-out.
describe('many requests', async () => {
  beforeAll(sendWithUndici);
  afterAll(sendAsUsual);
  // The query makes each a module of its own, whatever else has been imported.
  for (const suite of suites) await import(`./${suite}.test.ts?undici`);
});
