export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses untrusted JSON; undefined if it is invalid. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value));
  } catch {
    return undefined;
  }
}

/** Whether a value of parsed JSON is an object, and neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
