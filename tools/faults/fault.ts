/** What a server, or what stands between it and us, does to one request instead of answering it. */
export type Act =
  /** Answers this, and does nothing. */
  | { readonly type: 'status'; readonly status: number; readonly retryAfter?: number }
  /** Does what was asked for, and answers with a page of a proxy. */
  | { readonly type: 'page' }
  /** Breaks the connection, and does nothing. */
  | { readonly type: 'reset' }
  /** Takes the request, does nothing, and never answers. */
  | { readonly type: 'silence' }
  /** Does what was asked for, and breaks the connection. */
  | { readonly type: 'lost' }
  /** Does what was asked for, and answers with another body than it should. */
  | { readonly type: 'body'; readonly body: 'cut' | 'other' | 'inside' | 'huge' | 'drip' }
  /** Answers 302 to another host, and does nothing. */
  | { readonly type: 'redirect' }
  /** Shows a certificate that has expired. */
  | { readonly type: 'expired' };

export interface Fault {
  /** As the columns of the matrix name it. */
  readonly name: string;
  readonly what: string;
  readonly act: Act;
}

const status = (code: number, what: string, retryAfter?: number): Fault => ({
  name: retryAfter === undefined ? String(code) : `${code} after ${retryAfter} s`,
  what,
  act: { type: 'status', status: code, ...(retryAfter !== undefined && { retryAfter }) },
});

/** Every fault of the matrix, in its order. Each happens to every try of the request, until the run is over. */
export const faults: readonly Fault[] = [
  status(400, 'the request makes no sense to the server'),
  status(401, 'the credentials are refused'),
  status(403, 'the credentials may not do this'),
  status(404, 'there is nothing, or it may not be seen'),
  status(409, 'it is in conflict with something'),
  status(422, 'a value is refused'),
  status(429, 'too many requests; nobody says until when'),
  status(429, 'too many requests for two seconds, again and again', 2),
  status(429, 'too many requests for an hour', 3600),
  status(500, 'the server fails'),
  { name: '502 page', what: 'done, but a proxy answers with HTML', act: { type: 'page' } },
  { name: 'reset', what: 'the connection is reset', act: { type: 'reset' } },
  { name: 'no answer', what: 'taken, and never answered', act: { type: 'silence' } },
  { name: 'answer lost', what: 'done, and the connection breaks', act: { type: 'lost' } },
  { name: 'cut JSON', what: 'done, half of the answer', act: { type: 'body', body: 'cut' } },
  {
    name: 'other JSON',
    what: 'done, another kind of value',
    act: { type: 'body', body: 'other' },
  },
  {
    name: 'other fields',
    what: 'done, every field of another type',
    act: { type: 'body', body: 'inside' },
  },
  { name: '50 MB', what: 'done, and an answer of 50 MB', act: { type: 'body', body: 'huge' } },
  { name: 'drip', what: 'done, and a byte now and then', act: { type: 'body', body: 'drip' } },
  { name: 'redirect', what: 'led on to another host', act: { type: 'redirect' } },
  { name: 'expired TLS', what: 'the certificate has expired', act: { type: 'expired' } },
];
