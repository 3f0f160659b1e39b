import type { IssuerAdapter, KeyturnError, Layout } from '@keyturn/core';
import { layoutNames, proposal } from '@keyturn/core/unstable';
import { checkoutOf, type PlannedRequest, type Session } from '@keyturn/host/session';

import { signatureOf } from '../discover/layouts.ts';
import { fixedInPipeline, pipelinesRead, withMoreHints } from '../messages.ts';
import type { Fixed } from './fixed.ts';
import { pipelinesHere } from './here.ts';
import type { Pipelines } from './read.ts';

/** What the pipelines of the checkout mean for one rotation. */
export interface Advice {
  /** Names that pipelines read instead of those of the rotation. */
  readonly reads: readonly {
    readonly layout: Layout;
    readonly files: readonly string[];
    /** What to write in the configuration. */
    readonly proposal: string;
  }[];
  /** Parts of the rotation's credential that no rotation can change. */
  readonly fixed: readonly Fixed[];
}

/** Compares what pipelines of these kinds read with the names of a rotation. Pure. */
export function adviceOf({ uses }: Pipelines, layout: Layout, kinds: ReadonlySet<string>): Advice {
  const names = new Set(layoutNames(layout));
  const reads = new Map<string, { readonly layout: Layout; readonly files: Set<string> }>();
  const fixed = new Map<string, Fixed>();
  for (const use of uses.filter(({ kind }) => kinds.has(kind))) {
    const signature = signatureOf(use.layout);
    if (signature !== signatureOf(layout)) {
      const read = reads.get(signature) ?? { layout: use.layout, files: new Set() };
      reads.set(signature, { ...read, files: read.files.add(use.file) });
    }
    if (layoutNames(use.layout).some((name) => names.has(name)))
      for (const one of use.fixed) fixed.set(`${one.file}:${one.line} ${one.variable}`, one);
  }
  return {
    reads: [...reads.values()].map((read) => ({
      layout: read.layout,
      files: [...read.files],
      proposal: proposal(
        { layout: read.layout, spellings: [read.layout] },
        layoutNames(read.layout),
      ),
    })),
    fixed: [...fixed.values()],
  };
}

/** The pipelines of the checkout around the session's folder, read at most once, and only if they are asked for. */
export function pipelinesOnce(session: Session): (issuer: IssuerAdapter) => Promise<Pipelines> {
  let read: Promise<Pipelines> | undefined;
  return (issuer) =>
    (read ??= checkoutOf(session.directory).then((root) => pipelinesHere(root, issuer, session)));
}

/** An error about the names of a first contact, with what the pipelines of the checkout read. */
export async function withAdvice(
  error: KeyturnError,
  { layout, sinks, issuer }: Pick<PlannedRequest, 'layout' | 'sinks' | 'issuer'>,
  session: Session,
): Promise<KeyturnError> {
  const adapter = await session.issuerAdapter(issuer.kind);
  const pipelines = await pipelinesOnce(session)(adapter);
  const { reads, fixed } = adviceOf(pipelines, layout, new Set(sinks.map(({ kind }) => kind)));
  const texts = [
    ...reads.map(
      (read) => `${pipelinesRead(read.files, layoutNames(read.layout))}. ${read.proposal}`,
    ),
    ...fixed.map((one) => `${fixedInPipeline(one)}.`),
  ];
  return withMoreHints(error, texts);
}

/** A run refuses a sink that has only some of the names; no other refusal has a hint about names. */
export function isAboutNames({ code, hint = '' }: KeyturnError): boolean {
  return code === 'CONFIG_INVALID' && /\bnames\b/.test(hint);
}
