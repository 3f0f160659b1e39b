// `__kind__`, `__KIND__` and `__name__` stand for the sink's kind as text, variable and identifier; `__package__` for the name of
// its package, `__test__` for where its tests get `test` from.

export const manifest = `{
  "name": "__package__",
  "version": "0.1.0",
  "description": "Delivers credentials that keyturn rotates to __kind__.",
  "keywords": [
    "keyturn",
    "keyturn-sink"
  ],
  "license": "MIT",
  "files": [
    "dist"
  ],
  "type": "module",
  "exports": {
    ".": {
      "types": "./dist/index.d.ts",
      "default": "./dist/index.js"
    },
    "./package.json": "./package.json"
  },
  "scripts": {
    "build": "tsc",
    "prepack": "tsc",
    "test": "node --test \\"test/**/*.test.ts\\""
  },
  "peerDependencies": {
    "@keyturn/core": "^1.0.0"
  },
  "devDependencies": {
    "@keyturn/core": "^1.0.0",
    "@types/node": "^24.0.0",
    "typescript": "^6.0.0"
  },
  "engines": {
    "node": ">=22.19"
  },
  "keyturn": {
    "sink": "__kind__"
  }
}
`;

export const tsconfig = `{
  "compilerOptions": {
    "target": "ES2023",
    "lib": ["ES2023"],
    "module": "NodeNext",
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "exactOptionalPropertyTypes": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "rewriteRelativeImportExtensions": true,
    "skipLibCheck": true,
    "types": ["node"],
    "rootDir": "src",
    "outDir": "dist",
    "declaration": true
  },
  "include": ["src"]
}
`;

export const sink = `import { defineSink, KeyturnError, reveal, type CallOptions } from '@keyturn/core';

/** \`__kind__:PROJECT\`: the secrets of one project. */
export const __name__Sink = defineSink({
  kind: '__kind__',
  env: [
    { name: '__KIND___TOKEN', description: 'A token that can write secrets.', secret: true },
    { name: '__KIND___API_URL', description: 'The URL of the API.', secret: false },
  ],
  parseTarget({ path, query }) {
    if (/^[\\w-]+$/.test(path) && Object.keys(query).length === 0) return path;
    throw new KeyturnError('TARGET_INVALID', \`__kind__:\${path} is not a project\`, { hint: 'Use __kind__:PROJECT.', effect: 'none' });
  },
  connect(project: string, { env, fetch, clock }) {
    const { __KIND___TOKEN: token, __KIND___API_URL: api = 'https://api.__kind__.example' } = env;
    const id = \`__kind__:\${project}\`;

    async function call({ signal, beforeWrite }: CallOptions, method: string, body?: object): Promise<unknown> {
      if (!token) throw new KeyturnError('CREDENTIALS_MISSING', \`\${id}: __KIND___TOKEN is not set\`, { effect: 'none' });
      const response = await fetch(\`\${api}/projects/\${project}/secrets\`, {
        method,
        headers: { authorization: \`Bearer \${token}\`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
        repeatable: !body, // keyturn itself retries lost writes
        signal,
        beforeWrite, // fetch awaits it before each attempt of a write
      });
      if (response.ok) return response.json();
      const refused = [401, 403, 404].includes(response.status);
      throw new KeyturnError(refused ? 'PERMISSION_DENIED' : 'REMOTE_FAILED', \`\${id}: status \${response.status}\`, {
        hint: refused ? 'Check the project, and whether __KIND___TOKEN can write there.' : 'Run it again.',
        effect: refused ? 'none' : 'unknown', // none: certainly nothing was stored
      });
    }

    return {
      id,
      server: api,
      supports: { atomic: true },
      limits: { name: /^[A-Z][A-Z0-9_]*$/, maxBytes: 65_536 },
      async check(names, options) {
        const found = (await call(options, 'GET')) as { id: string; names: string[] };
        const present = names.filter((name) => found.names.includes(name)).map((name) => ({ name }));
        return { place: \`project:\${found.id}\`, present, warnings: [] };
      },
      async deliver(entries, options) {
        await call(options, 'PATCH', { entries: entries.map(({ name, value }) => ({ name, value: reveal(value) })) });
        return { at: new Date(clock.now()).toISOString() };
      },
    };
  },
});
export default __name__Sink;
`;

export const readme = `# __package__

Delivers credentials that keyturn rotates to __kind__.

## Install

\`\`\`sh
npm install --save-dev __package__
\`\`\`

## Use

\`\`\`yaml
# keyturn.config.yaml
rotations:
  ci:
    sinks: ["__kind__:PROJECT"]
\`\`\`

## Options

| target | what it is |
| --- | --- |
| \`__kind__:PROJECT\` | the secrets of a project |

| variable | meaning |
| --- | --- |
| \`__KIND___TOKEN\` | a token that can write secrets |
| \`__KIND___API_URL\` | the URL of the API |

## Permissions

The token lists and writes the secrets of the project.

## Limits

Values are not shown, so nothing is read back.

## Errors

| code | cause here | fix |
| --- | --- | --- |
| \`CREDENTIALS_MISSING\` | \`__KIND___TOKEN\` is not set | set it |
| \`PERMISSION_DENIED\` | the project does not exist, or the token cannot write there | correct the target, or the token |
| \`REMOTE_FAILED\` | __kind__ failed | run it again |
`;
