import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { openMetrics } from '../../src/status/open-metrics.ts';
import { fleet } from './fleet.ts';
import { parseMetrics } from './parse-metrics.ts';
import { world } from './world.ts';

describe('keyturn status --metrics', () => {
  it('prints what the ledgers tell, as OpenMetrics', async () => {
    const { keyturn } = await world(fleet);
    const { code, stdout } = await keyturn('status', '--metrics');
    expect(code).toBe(0);
    const samples = parseMetrics(stdout);
    const of = (name: string, labels: string): number | undefined =>
      samples.get(`keyturn_${name}{${labels}}`);
    const idle = 'rotation="idle"';
    expect(of('ledger_readable', idle)).toBe(1);
    expect(Math.floor((of('token_age_seconds', idle) ?? 0) / 86_400)).toBe(12);
    expect(of('token_max_age_seconds', idle)).toBe(90 * 86_400);
    expect(of('rotation_phase', 'rotation="grace",phase="grace"')).toBe(1);
    expect(of('rotation_phase', 'rotation="grace",phase="idle"')).toBe(0);
    expect(of('rotation_due', 'rotation="behind"')).toBe(1);
    expect(of('sinks', 'rotation="behind",in_step="false"')).toBe(1);
    expect(of('tokens_kept', 'rotation="grace"')).toBe(1);
    expect(of('rotations_total', idle)).toBe(2);
    const last = of('rotation_last_timestamp_seconds', idle) ?? 0;
    expect(Math.round((Date.now() / 1000 - last) / 86_400)).toBe(12);
    expect(of('grace_end_timestamp_seconds', 'rotation="grace"')).toBeGreaterThan(
      Date.now() / 1000,
    );
    // What is not known has no sample.
    expect(of('token_age_seconds', 'rotation="first"')).toBeUndefined();
    expect((await keyturn('history', 'idle', '--metrics')).stdout).toContain(
      `keyturn_rotations_total{${idle}} 2\n`,
    );
  });

  it('says of a ledger whose past was altered that it is not readable', async () => {
    const { keyturn, folder } = await world(fleet);
    const path = join(folder, '.keyturn', 'idle.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"reason":"age"', '"reason":"agf"'));
    const { code, stdout } = await keyturn('status', 'idle', 'grace', '--metrics');
    expect(code).toBe(2);
    const samples = parseMetrics(stdout);
    expect(samples.get('keyturn_ledger_readable{rotation="idle"}')).toBe(0);
    expect(samples.get('keyturn_ledger_readable{rotation="grace"}')).toBe(1);
  });

  it('escapes what stands in a label and in a help text', () => {
    const text = openMetrics([
      { name: 'x', type: 'gauge', help: 'a\\b\n"c"', samples: [[{ name: '\\"\n}' }, 1.5]] },
    ]);
    expect(text).toBe(
      '# TYPE x gauge\n# HELP x a\\\\b\\n\\"c\\"\nx{name="\\\\\\"\\n}"} 1.5\n# EOF\n',
    );
    expect([...parseMetrics(text).values()]).toEqual([1.5]);
  });
});
