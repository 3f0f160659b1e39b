import { PlainHeaders } from './plain-headers.ts';
import type { ReceivedHeaders } from './wire.ts';

const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * A response that was read to its end, as `Response` shows it: each member is the same, but `instanceof` is not. What adapters read is
 * answered from memory; the rest comes from a `Response` of Node, made when it is asked for.
 */
export class PlainResponse {
  readonly status: number;
  readonly url: string;
  readonly headers: Headers;
  readonly statusText = '';
  readonly type = 'default';
  readonly redirected = false;
  readonly #received: ReceivedHeaders;
  readonly #bytes: Buffer | null;
  #isUsed = false;
  #full: Response | undefined;

  /** @throws {RangeError} if `Response` does not know such a status */
  constructor(status: number, url: string, headers: ReceivedHeaders, bytes: Buffer | null) {
    if (status < 200 || status > 599) throw new RangeError('not a status of a response');
    this.status = status;
    this.url = url;
    this.headers = new PlainHeaders(headers);
    this.#received = headers;
    this.#bytes = WITHOUT_BODY.has(status) ? null : bytes;
  }

  get ok(): boolean {
    return this.status < 300;
  }

  get bodyUsed(): boolean {
    return this.#isUsed || this.#full?.bodyUsed === true;
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.#whole().body;
  }

  /** The whole body, once; undefined if it was read before, or might be in part. */
  take(): Buffer | undefined {
    if (this.#isUsed || this.#full !== undefined) return undefined;
    this.#isUsed = this.#bytes !== null;
    return this.#bytes ?? Buffer.alloc(0);
  }

  async text(): Promise<string> {
    const bytes = this.take();
    return bytes === undefined ? this.#whole().text() : decoded(bytes);
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#whole().arrayBuffer();
  }

  async bytes(): Promise<Uint8Array> {
    return this.#whole().bytes();
  }

  async blob(): Promise<Blob> {
    return this.#whole().blob();
  }

  async formData(): Promise<FormData> {
    return this.#whole().formData();
  }

  /** @throws {TypeError} if the body was read */
  clone(): PlainResponse {
    if (this.bodyUsed) throw new TypeError('the body was read');
    return new PlainResponse(this.status, this.url, this.#received, this.#bytes);
  }

  /** A body that was read stays so. */
  #whole(): Response {
    if (this.#isUsed) throw new TypeError('the body was read');
    this.#full ??= new Response(this.#bytes as Uint8Array<ArrayBuffer> | null, {
      status: this.status,
      headers: [...this.headers],
    });
    return this.#full;
  }
}

/** UTF-8 without its mark, as `Response.text` reads it. */
export function decoded(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
