import { layoutNames } from '@keyturn/core/unstable';
import type { IssuerConfig } from '@keyturn/host/config';
import { listed } from '@keyturn/host/text';
import { stringify } from 'yaml';

import type { Host } from '../host.ts';
import { fixedInPipeline, proposed } from '../messages.ts';
import { painter, roomOf } from '../output/style.ts';
import { wrap } from '../output/wrap.ts';
import { rotationOf } from '../scaffold/edit-config.ts';
import { issuerLines } from '../scaffold/issuer-lines.ts';
import type { Discovery } from './discover.ts';
import type { Proposal } from './proposals.ts';

/**
 * The lines for `rotations:`. What cannot be known here is a word in capitals, with what it means.
 *
 * @param common the issuer of the configuration: rotations of its kind do not repeat it
 */
export function pasteText(
  { issuer, rotation, layout, sinks }: Pick<Proposal, 'issuer' | 'rotation' | 'layout' | 'sinks'>,
  common: IssuerConfig | undefined,
  env: Host['env'],
): string {
  const rest = stringify(rotationOf({ layout, sinks }, issuer.names), { lineWidth: 0 }).trimEnd();
  const section =
    common?.kind === issuer.kind
      ? []
      : ['issuer:', ...issuerLines(issuer, {}, { common, env }).map((line) => `  ${line}`)];
  return [`${rotation}:`, ...[...section, ...rest.split('\n')].map((line) => `  ${line}`)]
    .map((line) => `${line}\n`)
    .join('');
}

/** What pipelines read and no rotation writes, with the lines to paste. */
export function proposalsText(
  { proposals, config }: Pick<Discovery, 'proposals' | 'config'>,
  host: Host,
): string {
  const room = roomOf(host.stdout);
  const paint = painter(host.stdout);
  return proposals
    .map((one) => {
      const names = layoutNames(one.layout);
      const said = [
        proposed(names, listed(one.files), one.issuer.kind),
        ...one.fixed.map((fixed) => fixedInPipeline(fixed)),
      ];
      const lines = said.flatMap((text) => wrap(text, room - 2));
      const paste = pasteText(one, config?.issuer, host.env);
      return `${lines.map((line, at) => `${at === 0 ? paint('yellow', '+') : ' '} ${line}\n`).join('')}${paste.replaceAll(/^(?=.)/gm, '    ')}`;
    })
    .join('');
}
