import { findConfig, type Config, type IssuerConfig } from '@keyturn/host/config';
import { loadTrusted, Session, usualIssuer } from '@keyturn/host/session';
import { layoutNames } from '@keyturn/core/unstable';

import { keptBy } from '../discover/kept.ts';
import type { Host } from '../host.ts';
import { alsoRead, questionIssuer } from '../messages.ts';
import type { Prompts } from '../prompt/prompts.ts';
import { readsHere, rotatableIn, withoutWritten, type Rotatable } from '../workflows/rotatable.ts';
import { detect, type Detection } from './detect.ts';
import { askOptions, type IssuerFlags } from './issuer-options.ts';

/** What is known before anything is asked of an issuer. */
export interface Chosen {
  readonly issuer: IssuerConfig;
  readonly detection: Detection;
  /** Whether the configuration has another one for most rotations. */
  readonly isOwn: boolean;
  /** The kinds of the issuers that the configuration has already. */
  readonly others: readonly string[];
}

/**
 * The issuer of the rotations to propose: the named one; the one that a person chooses, if what pipelines read fits others than the
 * usual one; or the only one that fits.
 */
export async function chooseIssuer(
  flags: IssuerFlags & { readonly issuer?: string; readonly allow?: readonly string[] },
  host: Host,
  prompts: Prompts | undefined,
): Promise<Chosen> {
  const config = await configHere(host);
  const session = new Session(host, config?.directory ?? host.directory, { allow: flags.allow });
  try {
    const usual = config?.issuer.kind ?? usualIssuer();
    const kind = flags.issuer ?? (await chooseKind(usual, config, session, host, prompts));
    const adapter = await session.issuerAdapter(kind);
    const issuer = {
      kind,
      options: await askOptions(flags, adapter, config, host, prompts),
    };
    const kinds = config?.rotations.map((one) => (one.issuer ?? config.issuer).kind) ?? [];
    return {
      issuer,
      detection: await detect(session, host),
      isOwn: config !== undefined && kind !== config.issuer.kind,
      others: [...new Set(kinds)].filter((one) => one !== kind),
    };
  } finally {
    await session.close();
  }
}

async function configHere(host: Host): Promise<Config | undefined> {
  const { directory, env, uid } = host;
  const file = await findConfig({ directory, env, uid });
  return loadTrusted({ file, rotations: [] }, host);
}

async function chooseKind(
  usual: string,
  config: Config | undefined,
  session: Session,
  { stderr }: Host,
  prompts: Prompts | undefined,
): Promise<string> {
  const { names } = await session.issuerAdapter(usual);
  const kept = await keptBy(config, names, session);
  const written = new Set(kept.flatMap(({ layouts }) => layouts.flatMap(layoutNames)));
  const read = rotatableIn(withoutWritten(await readsHere(session), written));
  const fitting = new Set(read.flatMap(({ kinds }) => kinds));
  const others = [...fitting].filter((kind) => kind !== usual);
  const [only] = others;
  if (only === undefined) return usual;
  const first = fitting.has(usual) || others.length > 1 ? usual : only;
  const kinds = [usual, ...others];
  if (prompts !== undefined) {
    const choices = kinds.map((kind) => ({ label: labelOf(kind, read), value: kind }));
    return prompts.choose(questionIssuer(), choices, kinds.indexOf(first));
  }
  for (const one of read.filter(({ kinds: fits }) => !fits.includes(first)))
    stderr.write(`  ${alsoRead(one.names, one.file, one.kinds)}\n`);
  return first;
}

/** `aws-iam: A, B in .github/workflows/deploy.yml` */
function labelOf(kind: string, read: readonly Rotatable[]): string {
  const [one] = read.filter(({ kinds }) => kinds.includes(kind));
  return one === undefined ? kind : `${kind}: ${one.names.join(', ')} in ${one.file}`;
}
