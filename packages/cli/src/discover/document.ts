import { storedNames } from '@keyturn/core/unstable';

import { documentText, errorDocument } from '../output/json.ts';
import type { Host } from '../host.ts';
import type { Discovery } from './discover.ts';
import { pasteText } from './paste.ts';

/** The document of `discover --json`. */
export function documentOf(
  { config, issuer, findings, pipelines, places, additions, proposals }: Discovery,
  { env }: Pick<Host, 'env'>,
): string {
  return documentText({
    issuer: issuer.kind,
    places: places.map(({ target, kind, found, names, updatedAt, rotation }) => ({
      target,
      kind,
      layout: found?.layout.kind ?? null,
      names,
      missing: found?.missing ?? [],
      updatedAt: updatedAt ?? null,
      rotation: rotation ?? null,
    })),
    skipped: findings.skipped.map(({ skipped, reason }) => ({ target: skipped, reason })),
    failures: findings.failures.map(({ scope, error }) => ({ scope, error: errorDocument(error) })),
    pipelines: pipelines.uses.map(({ file, by, layout, fixed }) => ({
      file,
      by,
      layout: layout.kind,
      names: storedNames(layout),
      fixed: fixed.map(({ line, variable, secret, replacement = null }) => ({
        line,
        variable,
        secret,
        replacement,
      })),
    })),
    blind: findings.isBlind,
    configuration: config?.file ?? null,
    additions: additions.map(({ rotation, isNew, layout, sinks }) => ({
      rotation,
      isNew,
      layout: layout.kind,
      names: storedNames(layout),
      sinks,
    })),
    proposals: proposals.map((one) => ({
      issuer: one.issuer.kind,
      rotation: one.rotation,
      layout: one.layout.kind,
      names: storedNames(one.layout),
      files: one.files,
      sinks: one.sinks,
      lines: pasteText(one, config?.issuer, env),
    })),
  });
}
