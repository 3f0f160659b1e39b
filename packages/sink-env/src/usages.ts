import { relative, resolve, sep } from 'node:path';

import { formatTarget, hasCode, parseTarget, usagesOrSkip, type FindUsages } from '@keyturn/core';

import { readFile } from './env-file.ts';
import { failure } from './failure.ts';
import { envFilesIn } from './files.ts';
import { formats } from './formats/formats.ts';
import { folderNotFound, folderWithFormat } from './messages.ts';
import { modifiedAt } from './snapshot.ts';
import { canonicalId, parseEnvTarget } from './target.ts';

/** Searches the env files of one folder: the working directory, or the folder of `env:PATH`. */
export const usages: FindUsages = async function* usages(scope, isWanted, context, { signal }) {
  if (scope !== undefined && Object.keys(scope.query).length > 0) throw folderWithFormat(scope);
  const folder = resolve(context.directory, scope?.path ?? '.');
  for (const name of await listed(scope?.text ?? 'env:.', folder)) {
    signal.throwIfAborted();
    const path = relative(context.directory, resolve(folder, name)).replaceAll(sep, '/');
    const text = formatTarget('env', path);
    yield* await usagesOrSkip(text, async () => {
      const target = parseEnvTarget(parseTarget(text));
      const id = canonicalId(target, context.directory);
      const format = formats[target.format];
      const snapshot = await readFile({ id, path: target.path, context });
      if (snapshot === undefined) return [];
      const names = new Set(format.scan(snapshot.text).assignments.map((one) => one.name));
      return [...names]
        .filter(isWanted)
        .map((found) => ({ target: id, name: found, updatedAt: modifiedAt(snapshot.stats) }));
    });
  }
};

async function listed(id: string, folder: string): Promise<string[]> {
  try {
    return await envFilesIn(folder);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'ENOTDIR')) throw failure(id, error);
    throw folderNotFound(id);
  }
}
