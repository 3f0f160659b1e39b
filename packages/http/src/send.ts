import type { BeforeWrite } from '@keyturn/core';

import { onAbort } from './on-abort.ts';
import type { Deadlines } from './options.ts';
import type { Outgoing, ReceivedHeaders, Wire } from './wire.ts';

export interface Answer {
  readonly ok: true;
  readonly status: number;
  readonly headers: ReceivedHeaders;
  readonly body: Buffer;
}

export interface Failure {
  readonly ok: false;
  /** The code of Node or undici, or one of keyturn's: `ABORTED`, `UNCONFIRMED`, `TOO_LARGE`, `BAD_HTTP`, `PROXY_REFUSED_` with its status, or a deadline's `…_TIMEOUT`. */
  readonly cause: string;
  /** Whether any of the request may have been sent. If false, nothing was processed. */
  readonly sent: boolean;
}

export interface Limits extends Required<Deadlines> {
  readonly maxBytes: number;
}

/** How long what `beforeWrite` said holds, in milliseconds, from when it was asked: shorter than any lock takes to be taken over. */
const CONFIRMED_FOR = 1000;

/**
 * Sends a request once and reads its response to the end. Settles at once when the signal is aborted.
 *
 * If name lookup, connection or TLS fails, it is certain that nobody saw the request.
 *
 * @throws only what `beforeWrite` rejects with; then nothing was sent
 */
export function send(
  wire: Wire,
  request: Outgoing,
  limits: Limits,
  signal: AbortSignal | undefined,
  beforeWrite: BeforeWrite | undefined,
): Promise<Answer | Failure> {
  return new Promise((resolve, reject) => {
    let giveUp = (): void => {};
    let settled = false;
    let sent = false;
    let status = 0;
    let size = 0;
    let headers: ReceivedHeaders = {};
    const chunks: Buffer[] = [];

    // What comes first counts, as in any promise.
    const settle = (): void => {
      settled = true;
      clearTimeout(phase);
      clearTimeout(total);
      stopListening?.();
    };
    const end = (result: Answer | Failure): void => {
      settle();
      resolve(result);
    };
    const fail = (cause: string): void => {
      end({ ok: false, cause, sent });
      giveUp();
    };
    const total = setTimeout(() => fail('TOTAL_TIMEOUT'), limits.totalMs);
    let phase = setTimeout(() => fail('CONNECT_TIMEOUT'), limits.connectMs);
    const stopListening = signal && onAbort(signal, () => fail('ABORTED'));
    if (signal?.aborted === true) {
      fail('ABORTED');
      return;
    }

    let confirmedUntil = Infinity;
    const confirm =
      beforeWrite &&
      (async (): Promise<void> => {
        clearTimeout(phase);
        confirmedUntil = performance.now() + CONFIRMED_FOR;
        try {
          await beforeWrite();
        } catch (error) {
          settle();
          reject(error);
          giveUp();
        }
      });
    giveUp = wire.send(request, {
      onReady: confirm,
      onSend() {
        if (settled) return;
        if (performance.now() > confirmedUntil) {
          fail('UNCONFIRMED');
          return;
        }
        clearTimeout(phase);
        sent = true;
        phase = setTimeout(() => fail('HEADERS_TIMEOUT'), limits.headersMs);
      },
      onHead(statusCode, received) {
        clearTimeout(phase);
        status = statusCode;
        headers = received;
      },
      onData(chunk) {
        size += chunk.length;
        if (size > limits.maxBytes) fail('TOO_LARGE');
        else chunks.push(chunk);
      },
      onEnd() {
        end({ ok: true, status, headers, body: Buffer.concat(chunks, size) });
      },
      onError(cause) {
        end({ ok: false, cause, sent });
      },
    });
    // The caller can abort while the connection is being opened.
    if (settled) giveUp();
  });
}
