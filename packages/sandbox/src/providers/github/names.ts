import { refuse } from '../../http/answer.ts';
import { failure } from './answers.ts';

/**
 * The name as it is kept: in upper case, since case does not matter.
 * docs: actions/reference/secrets-reference, "Naming your secrets".
 */
export function checkName(kind: 'Secret' | 'Variable', name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return refuse(
      failure(
        422,
        `${kind} names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). ` +
          'Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).',
      ),
    );
  if (/^GITHUB_/i.test(name))
    return refuse(failure(422, `${kind} names must not start with GITHUB_.`));
  return name.toUpperCase();
}
