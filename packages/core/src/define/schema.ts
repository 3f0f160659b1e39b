import { optionInvalid } from '../messages.ts';
import { printable } from '../text/text.ts';

/**
 * The part of the Standard Schema interface (version 1) that keyturn uses. Adapters can validate options with any library
 * that implements it.
 */
export interface StandardSchema<Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * Returns the output of the schema.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` with the first issue and its path
 */
export async function validate<Output>(
  schema: StandardSchema<Output>,
  value: unknown,
  where: string,
): Promise<Output> {
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return result.value;
  const [first] = result.issues;
  const path = (first?.path ?? [])
    .map((part) => String(typeof part === 'object' ? part.key : part))
    .join('.');
  throw optionInvalid(where, printable(path), first?.message);
}
