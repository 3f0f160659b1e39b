import type { LayoutName } from '../layout.ts';

/** A sink that a history may configure: one thing, however it is spelt. */
export interface SinkChoice {
  readonly kind: 'github' | 'gitlab' | 'circleci' | 'env';
  readonly target: string;
  /** Another spelling of the same thing; `{context}` is for the id of the context. */
  readonly respelt?: string;
}

export const choices: readonly SinkChoice[] = [
  { kind: 'github', target: 'github:acme/web', respelt: 'github:Acme/Web' },
  {
    kind: 'github',
    target: 'github:acme/api?environment=production',
    respelt: 'github:acme/api?environment=Production',
  },
  { kind: 'github', target: 'github:acme/docs' },
  {
    kind: 'gitlab',
    target: 'gitlab:acme/infra?scope=production',
    respelt: 'gitlab:4217?scope=production',
  },
  { kind: 'circleci', target: 'circleci:gh/acme/web', respelt: 'circleci:github/acme/web' },
  {
    kind: 'circleci',
    target: 'circleci:gh/acme?context=deploy',
    respelt: 'circleci:gh/acme?context={context}',
  },
  { kind: 'env', target: 'env:.env.ci' },
];

export function choiceOf(index: number): SinkChoice {
  const choice = choices[index];
  if (choice === undefined) throw new Error(`there is no sink ${index}`);
  return choice;
}

/** The layout `slots` needs variables that can be read. */
export function fits(index: number, layout: LayoutName): boolean {
  return layout !== 'slots' || choiceOf(index).kind === 'github';
}

/** Names that the credential is written under. */
export interface Names {
  readonly id: readonly string[];
  readonly token: readonly string[];
  readonly joined: string;
  readonly file: string;
  readonly slot: string;
}

const ID = 'PLANETSCALE_SERVICE_TOKEN_ID';
const TOKEN = 'PLANETSCALE_SERVICE_TOKEN';
const blobs = {
  joined: 'PLANETSCALE_CREDENTIAL',
  file: 'PLANETSCALE_ENV',
  slot: 'PLANETSCALE_SLOT',
};

/** The usual ones, one field under another name, one under several, and everything under others. */
export const namings: readonly Names[] = [
  { id: [ID], token: [TOKEN], ...blobs },
  { id: ['PLANETSCALE_SERVICE_TOKEN_NAME'], token: [TOKEN], ...blobs },
  { id: [ID, 'PLANETSCALE_SERVICE_TOKEN_NAME'], token: [TOKEN], ...blobs },
  { id: [ID], token: [TOKEN, 'PSCALE_TOKEN'], ...blobs },
  {
    id: ['PSCALE_TOKEN_NAME'],
    token: ['PSCALE_TOKEN'],
    joined: 'PSCALE_CREDENTIAL',
    file: 'PSCALE_ENV',
    slot: 'PSCALE_SLOT',
  },
];

export function namesOf(naming: number): Names {
  const names = namings[naming];
  if (names === undefined) throw new Error(`there is no naming ${naming}`);
  return names;
}

/** As the configuration has them: what a layout does not know is left out. */
export function configuredNames(layout: LayoutName, naming: number): object {
  const { id, token, joined, file, slot } = namesOf(naming);
  if (layout === 'joined') return { joined };
  if (layout === 'file') return { file };
  return { id: oneOrMore(id), token: oneOrMore(token), ...(layout === 'slots' && { slot }) };
}

function oneOrMore(names: readonly string[]): string | readonly string[] {
  const [first = '', ...others] = names;
  return others.length === 0 ? first : names;
}

/** Everything that is written in that layout: secrets, and the variable of `slots`. */
export function writtenNames(layout: LayoutName, naming: number): readonly string[] {
  const { id, token, joined, file } = namesOf(naming);
  if (layout === 'joined') return [joined];
  if (layout === 'file') return [file];
  const both = [...id, ...token];
  return layout === 'pair' ? both : both.flatMap((name) => [`${name}_A`, `${name}_B`]);
}

/** The names within a blob are the usual ones. */
export const inBlob = { id: ID, token: TOKEN };
