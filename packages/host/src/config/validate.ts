import { KeyturnError, type ErrorCode } from '@keyturn/core';

import { notChecked, onlyHere, untrusted } from '../messages.ts';
import { layoutOf } from '../requests/layout.ts';
import { readEntry } from '../requests/entry.ts';
import { refusedScheme, schemeOf } from '../session/location.ts';
import { kindOf, Session } from '../session/session.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Config, IssuerConfig, RotationConfig } from './config.ts';
import { examineFile, isProgram, type Examined } from './load.ts';
import { issuerOptionIn } from './issuer-option.ts';
import { inOrder, placed, type ConfigProblem, type ConfigSource, type Path } from './source.ts';
import { unusual } from './unusual.ts';

/** What a run would be refused for, wherever it runs. */
const WRONG: readonly ErrorCode[] = [
  'ADAPTER_NOT_FOUND',
  'ADAPTER_INVALID',
  'TARGET_INVALID',
  'FILE_UNSAFE',
];

/**
 * Checks a configuration as a run would, also behind its first problem, and with the adapters that it names. Makes no request, needs no
 * credentials and writes nothing.
 *
 * @throws {KeyturnError} `USAGE_INVALID` for a program if the files are untrusted
 */
export async function validateConfig(file: string, surroundings: Surroundings): Promise<Examined> {
  if (surroundings.isUntrusted === true && isProgram(file))
    throw untrusted([`${file} (a program)`]);
  const examined = await examineFile(file, surroundings.clock);
  const { config, source } = examined;
  if (config === undefined || source === undefined) return examined;
  const session = new Session(surroundings, config.directory);
  const findings = new Findings(source);
  try {
    await checkIssuers(config, session, findings);
    await checkSinks(config, session, findings);
    await checkStore(config, session, findings);
  } finally {
    await session.close();
  }
  const warnings = inOrder([
    ...examined.warnings,
    ...unusual(config).map((problem) => placed(source, problem)),
    ...findings.warnings,
  ]);
  const problems = inOrder(findings.problems);
  return problems.length > 0 ? { problems, warnings } : { config, source, problems, warnings };
}

async function checkIssuers(
  { issuer, rotations }: Config,
  session: Session,
  findings: Findings,
): Promise<void> {
  const common = rotations.filter((one) => one.issuer === undefined);
  await checkIssuer(['issuer'], issuer, common, session, findings);
  for (const one of rotations)
    if (one.issuer !== undefined)
      await checkIssuer(['rotations', one.name, 'issuer'], one.issuer, [one], session, findings);
}

async function checkIssuer(
  path: Path,
  { kind, options }: IssuerConfig,
  rotations: readonly RotationConfig[],
  session: Session,
  findings: Findings,
): Promise<void> {
  const adapter = await findings.from([...path, 'kind'], '', () => session.issuerAdapter(kind));
  if (adapter === undefined) return;
  await findings.from(path, `issuer ${kind}`, () => session.issuer(kind, options));
  for (const one of rotations)
    await findings.from(['rotations', one.name, 'names'], '', () => layoutOf(one, adapter));
  const schema = adapter.permission;
  for (const { name, permissions } of rotations) {
    if (permissions === 'copy' || schema === undefined) continue;
    for (const one of permissions) {
      const { issues: [issue] = [] } = await schema['~standard'].validate(one);
      if (issue === undefined) continue;
      findings.permission(name, one, issue.message);
    }
  }
}

async function checkSinks(
  { rotations }: Config,
  session: Session,
  findings: Findings,
): Promise<void> {
  const missing = new Set<string>();
  for (const { name, sinks } of rotations)
    for (const [index, text] of sinks.entries()) {
      const path = ['rotations', name, 'sinks', index];
      const kind = kindOf(text.replace(/^!/, ''));
      // The same adapter is missing for all sinks of its kind.
      if (missing.has(kind)) continue;
      if ((await findings.from(path, '', () => session.sinkAdapter(kind))) === undefined) {
        missing.add(kind);
        continue;
      }
      await findings.from(path, text, async () => {
        const entry = await readEntry(text, session);
        if (entry.type === 'target') await session.sink(entry.text);
      });
    }
}

/** Whether there is such a store; it is not opened. */
async function checkStore({ state }: Config, session: Session, findings: Findings): Promise<void> {
  if (state === undefined) return;
  const location = { text: state, source: 'state' };
  await findings.from(['state'], 'state', async () => {
    const scheme = schemeOf(location);
    if (scheme !== undefined && (await session.adapters.storeOf(scheme)) === undefined)
      throw refusedScheme(location, scheme);
  });
}

/** What adapters say about a configuration, with the places of its keys. */
class Findings {
  readonly problems: ConfigProblem[] = [];
  readonly warnings: ConfigProblem[] = [];
  readonly #source: ConfigSource;

  constructor(source: ConfigSource) {
    this.#source = source;
  }

  /**
   * Notes what the work throws. Credentials that are missing, and everything else that another environment would not say, is no
   * problem of the file.
   *
   * @param subject what a message begins with that is about the file
   */
  async from<Result>(
    path: Path,
    subject: string,
    work: () => Result | Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!KeyturnError.is(error)) throw error;
      this.#note(path, subject, error);
      return undefined;
    }
  }

  permission(rotation: string, permission: string, message: string): void {
    const { rotations } = (this.#source.value ?? {}) as Written;
    const listed = rotations?.[rotation]?.token?.permissions;
    const index = Array.isArray(listed) ? listed.indexOf(permission) : -1;
    const path = ['rotations', rotation, 'token', 'permissions', ...(index < 0 ? [] : [index])];
    this.problems.push(placed(this.#source, { path, message: `"${permission}" ${message}` }));
  }

  #note(path: Path, subject: string, { code, message, hint }: KeyturnError): void {
    const isAbout = subject !== '' && message.startsWith(subject);
    if (WRONG.includes(code) || (code === 'CONFIG_INVALID' && isAbout)) {
      const key = issuerOptionIn(message);
      const exact = key === undefined || !path.includes('issuer') ? path : [...path, key];
      this.problems.push(placed(this.#source, { path: exact, message, hint }));
    } else if (code === 'USAGE_INVALID') {
      this.warnings.push(placed(this.#source, { path, ...notChecked(message) }));
    } else if (code === 'CONFIG_INVALID') {
      this.warnings.push(placed(this.#source, { path, ...onlyHere(message, hint) }));
    }
  }
}

/** The part of a configuration as it was written that contains permissions. */
interface Written {
  readonly rotations?: Readonly<
    Record<string, { readonly token?: { readonly permissions?: unknown } }>
  >;
}
