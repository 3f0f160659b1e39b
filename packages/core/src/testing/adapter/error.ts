import { KeyturnError } from '../../index.ts';

/** The error that a call rejects with, which has to be one of ours. */
export async function errorOf(call: Promise<unknown>): Promise<KeyturnError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (KeyturnError.is(error)) return error;
  throw new Error('no KeyturnError was thrown', { cause: error });
}
