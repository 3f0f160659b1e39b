import type { JsonObject } from '@keyturn/http';

/** What CircleCI shows of a variable. */
export interface Variable {
  readonly name: string;
  /** The last characters of the value; undefined where CircleCI does not say. */
  readonly tail?: string;
  /** When it was last written, as CircleCI writes it; only contexts know. */
  readonly updatedAt?: string;
}

/** A write that creates a variable or replaces its value in place. */
interface Write {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: Readonly<Record<string, string>>;
}

/** One kind of place that holds variables, and how CircleCI spells the same things there. */
export interface Scope {
  /** The status of a write that was accepted. */
  readonly written: 200 | 201;
  /** How many variables there may be at most, where that is known. */
  readonly most?: number;
  /** What may not be so where the token is refused. */
  readonly permission: string;
  readonly write: (path: string, name: string, value: string) => Write;
  /** Undefined for what is no variable. */
  readonly read: (item: JsonObject) => Variable | undefined;
}

/** ISO 8601 with or without a fraction; what is kept in ledgers is no other text of a server's choice. */
const MOMENT = /^[\dT:.Z+-]{20,40}$/;

const endOf = (text: string): string => text.slice(-4);

/**
 * Both places that a job's variables come from.
 *
 * docs: api/v2/openapi.json; the command line's help on `envvar create`, that POST overwrites; guides/security/contexts.
 */
export const scopes: Readonly<Record<'project' | 'context', Scope>> = {
  project: {
    written: 201,
    permission: 'its owner must be able to change the settings of the project',
    write: (path, name, value) => ({ method: 'POST', path, body: { name, value } }),
    read({ name, value }) {
      if (typeof name !== 'string' || typeof value !== 'string') return undefined;
      return value.startsWith('xxxx') ? { name, tail: endOf(value.slice(4)) } : { name };
    },
  },
  context: {
    written: 200,
    most: 100,
    permission: 'its owner must be a member of the groups that the context is restricted to',
    write: (path, name, value) => ({ method: 'PUT', path: `${path}/${name}`, body: { value } }),
    // `truncated_value` stands in no description; the command line shows it. It may be missing after a write.
    read({ variable: name, updated_at: updatedAt, truncated_value: tail }) {
      if (typeof name !== 'string') return undefined;
      return {
        name,
        ...(typeof tail === 'string' && { tail: endOf(tail) }),
        ...(typeof updatedAt === 'string' && MOMENT.test(updatedAt) && { updatedAt }),
      };
    },
  },
};
