import type { FindOptions, IssuerSupports, TokenRef } from '../contracts/issuer.ts';
import type { IssuerBackend } from './issuer-definition.ts';

/** Finds a token whose answer was lost, for issuers that can only list. */
export async function findInList(
  { list }: IssuerBackend,
  by: IssuerSupports['find'],
  label: string,
  { known = [], ...call }: FindOptions,
): Promise<readonly TokenRef[]> {
  const tokens: TokenRef[] = [];
  for await (const token of list(call))
    if (by === 'label' ? token.label === label : !known.includes(token.id)) tokens.push(token);
  return tokens;
}
