/** A request as its route and its parameters make it. */
interface Routed {
  readonly method: string;
  readonly url: string;
  /** JSON; undefined if no parameter is left for it. */
  readonly body: string | undefined;
}

/**
 * Fills `METHOD /path/{parameter}` as GitHub's documentation writes it. What the path does not contain becomes the query of a read, or
 * the JSON body of any other request.
 */
export function fillRoute(
  baseUrl: string,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
): Routed {
  const [method = '', template = ''] = route.split(' ');
  const used = new Set<string>();
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    used.add(name);
    return encoded(parameters[name]);
  });
  const rest = Object.entries(parameters).filter(
    ([name, value]) => !used.has(name) && value !== undefined,
  );
  if (rest.length === 0) return { method, url: baseUrl + path, body: undefined };
  if (method !== 'GET')
    return { method, url: baseUrl + path, body: JSON.stringify(Object.fromEntries(rest)) };
  const query = rest.map(([name, value]) => `${name}=${encoded(value)}`).join('&');
  return { method, url: `${baseUrl}${path}?${query}`, body: undefined };
}

/** Encodes everything but unreserved characters (RFC 3986). Parameters of a path and a query are texts, numbers and booleans. */
function encoded(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.codePointAt(0)?.toString(16).toUpperCase()}`,
  );
}
