import { readFile } from 'node:fs/promises';

import { expect, it } from 'vitest';

import { metricsText } from '../../src/status/metrics.ts';
import { rules } from '../../../host/src/status/rules/make.ts';

const page = await readFile(new URL('../../../../docs/operating.md', import.meta.url), 'utf8');

it.each(rules)('docs/operating.md tells what the finding %s means', (rule) => {
  expect(page).toMatch(new RegExp(`^\\| .*\`${rule}\`.* \\| .+ \\|$`, 'm'));
});

it('docs/operating.md names every metric', () => {
  const names = [...metricsText([]).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type]) =>
    type === 'counter' ? `${name}_total` : name,
  );
  expect(names).toHaveLength(16);
  for (const name of names) expect(page).toMatch(new RegExp(`\`${name}(?:\\{\\w+\\})?\``));
});
