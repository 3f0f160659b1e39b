import type { Effect } from '@keyturn/core';

const MARK = Symbol.for('keyturn.response');

interface Mark {
  /** The request only read. */
  readonly safe: boolean;
  /** An earlier try of the request may have been processed. */
  readonly doubtful: boolean;
  readonly bytes: number;
}

/** Notes beside a response what its status alone does not tell; by a registered symbol, since this package may be there twice. */
export function markResponse(response: Response, mark: Mark): Response {
  return Object.defineProperty(response, MARK, { value: mark });
}

/** Whether the request may have changed something, where its answer by itself says that it did or did not. */
export function effectOf(response: Response, refused: boolean): Effect {
  const mark = (response as { [MARK]?: Mark })[MARK];
  if (mark?.safe === true) return 'none';
  return refused && mark?.doubtful !== true ? 'none' : 'unknown';
}

/** How many bytes a response's body had; as it says itself where another fetch made it. */
export function sizeOf(response: Response): number {
  const mark = (response as { [MARK]?: Mark })[MARK];
  return mark?.bytes ?? (Number(response.headers.get('content-length')) || 0);
}
