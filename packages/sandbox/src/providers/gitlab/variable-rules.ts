import { variablesOf, type Holder, type Variable } from './state.ts';

type Errors = Readonly<Record<string, readonly string[]>>;

const INSTANCE_LENGTH = 10_000;
const LIMITS = {
  project: { count: 8000, name: 'project ci variables' },
  group: { count: 30_000, name: 'group ci variables' },
  instance: { count: 25, name: 'ci instance level variables' },
};

/** What GitLab has against storing a variable, `old` being the one that it replaces; undefined where nothing. */
export function errorsOf(
  variable: Variable,
  old: Variable | undefined,
  holder: Holder,
  limits: Partial<Record<Holder['kind'], number>>,
): Errors | undefined {
  const { key, value, masked, raw, environment_scope: scope } = variable;
  const others = variablesOf(holder).filter((other) => other !== old);
  const { name, count } = { ...LIMITS[holder.kind], ...countOf(limits[holder.kind]) };
  const errors: Record<string, string[]> = {
    key: [
      key === '' && "can't be blank",
      key.length > 255 && 'is too long (maximum is 255 characters)',
      !/^[a-zA-Z0-9_]+$/.test(key) && "can contain only letters, digits and '_'.",
      others.some((other) => other.key === key && other.environment_scope === scope) &&
        `(${key}) has already been taken`,
    ].filter((text) => text !== false),
    value: [
      masked && !isMaskable(value, raw) && 'is invalid',
      holder.kind === 'instance' &&
        Array.from(value).length > INSTANCE_LENGTH &&
        `The value of the provided variable exceeds the ${INSTANCE_LENGTH} character limit`,
    ].filter((text) => text !== false),
    environment_scope: /^(?!\/)[\w/${}. *-]+(?<!\/)$/.test(scope)
      ? []
      : [
          "can contain only letters, digits, '-', '_', '/', '$', '{', '}', '.', '*' and spaces, but it cannot start or end with '/'",
        ],
    description:
      (variable.description ?? '').length > 255 ? ['is too long (maximum is 255 characters)'] : [],
    base: [
      old?.hidden === true &&
        !masked &&
        'The visibility setting cannot be changed for masked and hidden variables.',
      old === undefined &&
        others.length >= count &&
        `Maximum number of ${name} (${count}) exceeded`,
    ].filter((text) => text !== false),
  };
  const found = Object.entries(errors).filter(([, texts]) => texts.length > 0);
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/** docs: ci/variables, "Mask a CI/CD variable". Without expansion fewer characters are in the way. */
function isMaskable(value: string, raw: boolean): boolean {
  return raw ? /^\S{8,}$/u.test(value) : /^[a-zA-Z0-9_+=/@:.~-]{8,}$/.test(value);
}

const countOf = (count: number | undefined): object => (count === undefined ? {} : { count });
