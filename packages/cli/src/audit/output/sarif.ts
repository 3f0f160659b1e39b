import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { isAbsolute, relative, sep } from 'node:path';

import { printable } from '@keyturn/core';

import { ruleNotChecked } from '../../messages-of-checks.ts';
import type { AuditReport } from '../report.ts';
import type { AuditFinding, Rule } from '../rule.ts';

const LEVELS = { problem: 'error', warning: 'warning', note: 'note' } as const;

export interface SarifPlaces {
  /** The configuration and its text: the place of findings without their own place. */
  readonly configuration: { readonly file: string; readonly text: string } | undefined;
  /** The root of the repository: paths are relative to it. */
  readonly root: string;
}

/** A SARIF 2.1.0 log for code scanning. Fingerprints stay the same while lines move and tokens age. */
export function sarifLog(report: AuditReport, version: string, places: SarifPlaces): unknown {
  const seen = new Map<string, number>();
  const project = projectAddress();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'keyturn',
            semanticVersion: version,
            informationUri: project,
            rules: report.rules.map((rule) => ruleDescriptor(rule, project)),
          },
        },
        automationDetails: { id: `keyturn-audit/${report.subject}` },
        invocations: [
          {
            executionSuccessful: !report.isBlind,
            toolExecutionNotifications: report.notChecked.map(({ rules, subject, reason }) => ({
              level: 'warning',
              message: { text: plain(ruleNotChecked(rules, subject, reason)) },
            })),
          },
        ],
        results: report.findings.map((finding) => resultOf(finding, report.rules, places, seen)),
      },
    ],
  };
}

/** The web address of the repository, from this package's manifest. */
function projectAddress(): string {
  const { repository } = createRequire(import.meta.url)('@keyturn/cli/package.json') as {
    readonly repository: { readonly url: string };
  };
  return repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
}

function ruleDescriptor({ id, name, severity, summary, help }: Rule, project: string): unknown {
  return {
    id,
    name,
    shortDescription: { text: summary },
    fullDescription: { text: help.replaceAll('`', '') },
    help: { text: `${summary} ${help.replaceAll('`', '')}`, markdown: help },
    helpUri: `${project}/blob/main/docs/audit.md#${id.toLowerCase()}-${name}`,
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: ['security'],
      precision: 'high',
      'security-severity': { problem: '8.0', warning: '5.0', note: '2.0' }[severity],
    },
  };
}

function resultOf(
  finding: AuditFinding,
  rules: readonly Rule[],
  { configuration, root }: SarifPlaces,
  seen: Map<string, number>,
): unknown {
  const {
    rule: id,
    severity,
    subject,
    text: found,
    fix,
    place,
    token,
    rotation,
    identity,
    isHeuristic,
  } = finding;
  const same = `${id} ${identity ?? token ?? subject}`;
  const occurrence = seen.get(same) ?? 0;
  seen.set(same, occurrence + 1);
  const file = place?.file ?? relativeTo(root, configuration?.file) ?? 'keyturn.config.yaml';
  return {
    ruleId: id,
    ruleIndex: rules.findIndex((rule) => rule.id === id),
    level: LEVELS[severity],
    message: { text: plain(`${subject} ${found}. ${fix}.`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: { startLine: place?.line ?? lineOf(rotation, configuration?.text) ?? 1 },
        },
        logicalLocations: [{ fullyQualifiedName: printable(subject) }],
      },
    ],
    partialFingerprints: {
      'keyturn/v1': createHash('sha256').update(`${same} ${occurrence}`).digest('hex'),
    },
    properties: { heuristic: isHeuristic ?? false },
  };
}

/** Escapes `[text](address)`, which would be a link in SARIF (SARIF 2.1.0, 3.11.6). */
function plain(text: string): string {
  return printable(text, 2000).replaceAll('](', String.raw`\](`);
}

/** The line of a rotation, found by its name: in YAML, JSON and JavaScript, it is a key at the start of a line. */
function lineOf(rotation: string | undefined, text: string | undefined): number | undefined {
  if (rotation === undefined || text === undefined) return undefined;
  const index = text
    .split('\n')
    .findIndex((line) => /^\s*["']?([\w.-]+)["']?\s*:/.exec(line)?.[1] === rotation);
  return index < 0 ? undefined : index + 1;
}

function relativeTo(root: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const path = relative(root, file);
  return path.startsWith('..') || isAbsolute(path) ? undefined : path.replaceAll(sep, '/');
}

/** A relative URI: anything that could be a scheme, a query or a fragment is escaped. */
function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
