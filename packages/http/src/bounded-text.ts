import { decoded, PlainResponse } from './plain-response.ts';

/** Reads at most `limit` bytes of a body as UTF-8; `complete` says whether that was all of it. */
export async function boundedText(
  response: Response,
  limit: number,
): Promise<{ readonly text: string; readonly complete: boolean }> {
  const bytes = response instanceof PlainResponse ? response.take() : undefined;
  if (bytes !== undefined)
    return { text: decoded(bytes.subarray(0, limit)), complete: bytes.length <= limit };
  if (response.bodyUsed || response.body === null) return { text: '', complete: true };
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    const rest = limit - size;
    text += decoder.decode(chunk.subarray(0, rest), { stream: true });
    size += chunk.length;
    if (size > limit) return { text, complete: false };
  }
  return { text: text + decoder.decode(), complete: true };
}
