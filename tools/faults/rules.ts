import { formsOf } from '../../packages/cli/test/secrets.ts';
import type { Sandbox } from '../../packages/sandbox/src/index.ts';
import { secretsOf, serviceToken, strangers } from '../campaign/credentials/all.ts';
import type { Token } from '../campaign/credentials/credential.ts';
import type { Trial } from './trial.ts';
import { SLOT, STRANGER } from './world.ts';

/** One stored secret or variable, under the path that it has in the state. */
interface Item {
  readonly path: string;
  readonly name: string;
  readonly value: string;
  /** All that stands beside the value. */
  readonly rest: string;
}

const OURS = /^PLANETSCALE_(?:SERVICE_TOKEN(?:_ID)?(?:_[AB])?|SLOT)$/;

/** Everything that the sinks hold, ours and others'. */
export function itemsOf(trial: Trial): Item[] {
  const { github, gitlab, circleci } = trial.sandbox.state();
  const found: Item[] = [];
  const walk = (node: unknown, path: string, key: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const item = node as Record<string, unknown>;
    if (typeof item['value'] !== 'string') {
      for (const [inner, value] of Object.entries(node)) walk(value, `${path}/${key}`, inner);
      return;
    }
    const { value, updatedAt: _, createdAt: __, ...rest } = item;
    const name = typeof item['key'] === 'string' ? item['key'] : key;
    const { environment_scope: scope = '' } = item as { environment_scope?: string };
    found.push({ path: `${path}/${name}${scope}`, name, value, rest: JSON.stringify(rest) });
  };
  walk({ github, gitlab, circleci }, '', '');
  return found;
}

/** Rules 1 and 7, which hold at any time: nobody reads a token that was revoked, and no stranger's token is revoked. */
export function brokenAtAnyTime(trial: Trial): string[] {
  const { credential, sandbox } = trial;
  const own = credential.tokens(sandbox);
  const revoked = own.filter(({ works }) => !works);
  const items = itemsOf(trial);
  const read = new Set(items.filter((item) => !isIdle(item, items)).map(({ value }) => value));
  const others = [
    ...own.filter((token) => !isOurs(trial, token)),
    ...strangers(credential, sandbox),
  ];
  return [
    ...revoked
      .filter(({ id, fields }) =>
        [id, ...Object.entries(fields).flatMap(whichTells)].some((value) => read.has(value)),
      )
      .map(({ id }) => `rule 1: a sink holds ${id}, which was revoked`),
    ...others
      .filter(({ works }) => !works)
      .map(({ label }) => `rule 7: the stranger ${label} was revoked`),
  ];
}

/** A host is that of every credential. */
const whichTells = ([field, value]: readonly [string, string]): string[] =>
  field === 'host' ? [] : [value];

function isOurs({ credential, old }: Trial, { id, label }: Token): boolean {
  return !credential.labels || id === old || label.startsWith('keyturn-');
}

/** Nobody reads the slot that the variable beside it does not name. */
function isIdle({ path, name }: Item, items: readonly Item[]): boolean {
  const slot = /_([AB])$/.exec(name)?.[1];
  if (slot === undefined) return false;
  const beside = path
    .replace('/environments/', '/environmentVariables/')
    .replace('/actions/', '/variables/')
    .replace(/[^/]+$/, SLOT);
  return items.find((item) => item.path === beside)?.value !== slot;
}

/** Rule 2, once a run without faults is over: of our tokens one is left, which is the current one. */
export function brokenInTheEnd(trial: Trial, current: string | undefined): string[] {
  const left = trial.credential
    .tokens(trial.sandbox)
    .filter((token) => token.exists && isOurs(trial, token))
    .map(({ id }) => id);
  return left.length === 1 && left[0] === current
    ? []
    : [`rule 2: ${left.join(', ')} are left, and ${current} is current`];
}

/** Rule 9: what stood beside our values, and what is somebody else's, is as it was. */
export function harmed(before: readonly Item[], trial: Trial): string[] {
  const stranger = serviceToken.tokens(trial.sandbox).find(({ id }) => id === STRANGER);
  const others = new Set([stranger?.id, stranger?.secret]);
  const after = new Map(itemsOf(trial).map((item) => [item.path, item]));
  return before
    .filter(({ path, name, value, rest }) => {
      const now = after.get(path);
      const isOwn = OURS.test(name) && !others.has(value);
      return now?.rest !== rest || (!isOwn && now.value !== value);
    })
    .map(({ path }) => `rule 9: ${path} is not as it was`);
}

/** Rule 3, and what nobody may see: secrets in anything that was said or kept; and control characters that a server sent. */
export function leaked(trial: Trial): string[] {
  return leakedIn([...trial.said, ...[...trial.store.ledgers.values()].flat()], trial.sandbox);
}

/** The same for any texts. */
export function leakedIn(texts: readonly string[], sandbox: Sandbox): string[] {
  const secrets = [
    ...secretsOf(sandbox),
    ...Object.entries(sandbox.env)
      .filter(([name]) => /TOKEN$|^AWS_SECRET/.test(name))
      .map(([, value]) => value),
  ];
  const shown = secrets.flatMap(formsOf).find((form) => texts.some((text) => text.includes(form)));
  return [
    ...(shown === undefined ? [] : [`rule 3: a secret is shown, as ${shown.slice(0, 12)}…`]),
    ...(texts.some((text) => text.includes('\u001B')) ? ['a server may colour the terminal'] : []),
  ];
}
