import type { JsonObject } from '@keyturn/http';

/** A variable as CircleCI shows it. */
export interface Variable {
  readonly name: string;
  /** The last characters of the value; undefined if CircleCI does not show them. */
  readonly tail?: string;
  /** When it was last written, as CircleCI shows it; only contexts have it. */
  readonly updatedAt?: string;
}

/** A write that creates a variable or replaces its value in place. */
interface Write {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: Readonly<Record<string, string>>;
}

/** One kind of place with variables, and its requests and responses. */
export interface Scope {
  /** The status of a successful write. */
  readonly written: 200 | 201;
  /** The maximum number of variables, if known. */
  readonly most?: number;
  readonly write: (path: string, name: string, value: string) => Write;
  /** Undefined if the item is not a variable. */
  readonly read: (item: JsonObject) => Variable | undefined;
}

/** ISO 8601 with or without a fraction: a ledger must not store arbitrary text of a server. */
const MOMENT = /^[\dT:.Z+-]{20,40}$/;

const endOf = (text: string): string => text.slice(-4);

/**
 * Both places from which a job gets its variables.
 *
 * docs: api/v2/openapi.json; the command line's help on `envvar create`, that POST overwrites; guides/security/contexts.
 */
export const scopes: Readonly<Record<'project' | 'context', Scope>> = {
  project: {
    written: 201,
    write: (path, name, value) => ({ method: 'POST', path, body: { name, value } }),
    read({ name, value }) {
      if (typeof name !== 'string' || typeof value !== 'string') return undefined;
      return value.startsWith('xxxx') ? { name, tail: endOf(value.slice(4)) } : { name };
    },
  },
  context: {
    written: 200,
    most: 100,
    write: (path, name, value) => ({ method: 'PUT', path: `${path}/${name}`, body: { value } }),
    // `truncated_value` is not documented, but CircleCI's command line shows it. It might be missing after a write.
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
