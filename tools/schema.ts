// Writes packages/cli/schema.json, which editors check configurations with: node tools/schema.ts && npm run fix
import { writeFile } from 'node:fs/promises';

import { toJsonSchema } from '@valibot/to-json-schema';

import { configSchema } from '../packages/host/src/config/schema.ts';

export const schemaFile = new URL('../packages/cli/schema.json', import.meta.url);

/** The JSON Schema of a configuration. */
export function configJsonSchema(): object {
  const { $schema, ...schema } = toJsonSchema(configSchema, {
    target: 'draft-07',
    typeMode: 'input',
    // A list in which nothing may be twice: the only check of items there is.
    overrideAction: ({ valibotAction, jsonSchema }) =>
      valibotAction.type === 'check_items' ? { ...jsonSchema, uniqueItems: true } : undefined,
  });
  // Keys of the top level that hold anchors: the checks leave them out.
  const patternProperties = { '^x-': { description: 'Ignored; for anchors of YAML.' } };
  return { $schema, title: 'keyturn configuration', ...schema, patternProperties };
}

if (import.meta.main)
  await writeFile(schemaFile, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
