import {
  defineSink,
  KeyturnError,
  reveal,
  type AdapterContext,
  type CallOptions,
  type SinkBackend,
} from '@keyturn/core';

import { ci } from './ci.ts';

/** Shelf keeps one list of secrets for each project, and shows their names and when they were written. */
export default defineSink<string>({
  kind: 'shelf',
  env: [
    {
      name: 'SHELF_TOKEN',
      description: 'A token of Shelf that can write secrets.',
      secret: true,
      pipeline: {
        secret: 'KEYTURN_SHELF_TOKEN',
        about: 'a token of Shelf that can write the secrets of the projects',
      },
    },
    { name: 'SHELF_URL', description: 'The URL of the Shelf server.', secret: false },
  ],
  ci,
  leaks: [{ prefix: 'shelf_', pattern: 'shelf_[A-Za-z0-9]{20,}' }],
  parseTarget: ({ path }) => path,
  infer: async ({ env }) => {
    const { SHELF_PROJECT: project } = env;
    return project === undefined ? undefined : `shelf:${project}`;
  },
  // A project has no owner to look through.
  scopeOf: ({ text }) => text,
  async *usages(scope, isWanted, context, options) {
    const project = scope?.path ?? context.env['SHELF_PROJECT'];
    if (project === undefined) return;
    for (const { name } of await list(project, context, options))
      if (isWanted(name)) yield { target: `shelf:${project}`, name };
  },
  connect: (project, context) => backend(project, context),
});

function backend(project: string, context: AdapterContext): SinkBackend {
  return {
    id: `shelf:${project}`,
    supports: { readBack: 'none', atomic: false, remove: false },
    limits: { name: /^[A-Z][A-Z0-9_]*$/ },
    async check(names, options) {
      const stored = await list(project, context, options);
      return { present: stored.filter(({ name }) => names.includes(name)), warnings: [] };
    },
    async deliver(entries, options) {
      for (const { name, value } of entries) {
        const body = JSON.stringify({ value: reveal(value) });
        await ask(`${project}/${name}`, context, options, { method: 'PUT', body });
      }
      return { at: new Date(context.clock.now()).toISOString() };
    },
  };
}

interface Stored {
  readonly name: string;
  readonly updatedAt: string;
}

async function list(
  project: string,
  context: AdapterContext,
  options: CallOptions,
): Promise<readonly Stored[]> {
  return (await (await ask(project, context, options, {})).json()) as Stored[];
}

async function ask(
  path: string,
  { env, fetch }: AdapterContext,
  { signal, beforeWrite }: CallOptions,
  request: { readonly method?: string; readonly body?: string },
): Promise<Response> {
  const { SHELF_TOKEN: token = '', SHELF_URL: url = '' } = env;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const repeatable = request.method === undefined;
  const init = { ...request, headers, signal, repeatable, beforeWrite };
  const response = await fetch(`${url}/projects/${path}`, init);
  if (response.ok) return response;
  throw new KeyturnError('REMOTE_REJECTED', `shelf:${path}: Shelf answered ${response.status}`, {
    hint: 'Check SHELF_URL, and that SHELF_TOKEN can write the secrets of the project.',
    effect: response.status < 500 ? 'none' : 'unknown',
  });
}
