import type { Effect } from '@keyturn/core';

const MARK = Symbol.for('keyturn.response');

interface Mark {
  /** The request was read-only. */
  readonly safe: boolean;
  /** An earlier try of the request may have been processed. */
  readonly doubtful: boolean;
  readonly bytes: number;
}

/** Marks a response with what its status does not show. The symbol is global, because this package may be installed twice. */
export function markResponse(response: Response, mark: Mark): Response {
  return Object.defineProperty(response, MARK, { value: mark });
}

/** The effect of the request; `refused` says whether its response alone proves that nothing changed. */
export function effectOf(response: Response, refused: boolean): Effect {
  const mark = (response as { [MARK]?: Mark })[MARK];
  if (mark?.safe === true) return 'none';
  return refused && mark?.doubtful !== true ? 'none' : 'unknown';
}

/** The size of a response's body in bytes; by its `Content-Length` if another fetch made it. */
export function sizeOf(response: Response): number {
  const mark = (response as { [MARK]?: Mark })[MARK];
  return mark?.bytes ?? (Number(response.headers.get('content-length')) || 0);
}
