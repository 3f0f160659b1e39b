import type { IssuerAdapter } from '@keyturn/core';
import { checkoutOf, type Plans, type Session } from '@keyturn/host/session';

import { systemsIn } from '../init/systems.ts';
import { hazardInPipeline } from '../messages.ts';
import { pipelineFiles, pipelineText } from './read.ts';

const MOST_FILES = 200;

/** The plans, with a warning for each line of the checkout's pipelines that ends a credential of a rotation's issuer beside keyturn. */
export async function withHazards(plans: Plans): Promise<Plans> {
  const { session } = plans;
  const lines = await pipelineLines(session);
  if (lines.length === 0) return plans;
  const requests = await Promise.all(
    plans.requests.map(async (request) => {
      const adapter = await session.issuerAdapter(request.issuer.kind);
      const found = hazardsIn(lines, adapter, request.name);
      return { ...request, warnings: [...request.warnings, ...found] };
    }),
  );
  return { ...plans, requests };
}

interface Line {
  readonly file: string;
  readonly number: number;
  readonly text: string;
}

/** Pure. */
function hazardsIn(
  lines: readonly Line[],
  { hazards = [] }: Pick<IssuerAdapter, 'hazards'>,
  rotation: string,
): string[] {
  return hazards.flatMap(({ pattern, what, fix }) => {
    const hazard = new RegExp(pattern);
    return lines
      .filter(({ text }) => !/^\s*#/.test(text) && hazard.test(text))
      .map(({ file, number }) => hazardInPipeline(rotation, `${file}:${number}`, what, fix));
  });
}

async function pipelineLines(session: Session): Promise<readonly Line[]> {
  const root = await checkoutOf(session.directory);
  if (root === undefined) return [];
  const systems = await systemsIn(session);
  const files = await pipelineFiles(
    root,
    systems.flatMap(({ ci }) => ci.pipelines),
  );
  const found: Line[] = [];
  for (const file of [...files].slice(0, MOST_FILES)) {
    const read = await pipelineText(root, file);
    if (typeof read !== 'object') continue;
    const texts = read.text.split('\n');
    found.push(...texts.map((text, at) => ({ file, number: at + 1, text: text.slice(0, 2000) })));
  }
  return found;
}
