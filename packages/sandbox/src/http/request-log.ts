import type { Answer } from './answer.ts';
import type { Call } from './call.ts';

/** One request with its answer, as `GET /requests` shows it. */
export interface RecordedRequest {
  readonly provider: string;
  readonly method: string;
  /** With its query, as it was sent. */
  readonly path: string;
  /** Null while there is no answer, and where there never will be one. */
  readonly status: number | null;
  readonly requestHeaders: Readonly<Record<string, string | string[] | undefined>>;
  /** Bodies above 64 KiB are not kept: `[70000 bytes]`. */
  readonly requestBody: string;
  readonly responseBody: string;
  /** When it arrived, ISO 8601. */
  readonly at: string;
  /** The effect was applied, the answer was not sent. */
  readonly dropped?: true;
  /** When the effect of a request that was held landed, ISO 8601. */
  readonly landedAt?: string;
}

/** How an answer was lost. */
interface Loss {
  readonly dropped: true;
  readonly landedAt?: string;
}

export interface RequestLog {
  /** Notes a request that has arrived; the result notes its answer. */
  arrive(provider: string, call: Call, at: string): (answer: Answer, loss?: Loss) => void;
  /** In the order of arrival; the newest 100,000. */
  list(): readonly RecordedRequest[];
  clear(): void;
}

const MAXIMUM_BODY = 64 * 1024;
const MAXIMUM_ENTRIES = 100_000;

export function createRequestLog(): RequestLog {
  let entries: RecordedRequest[] = [];
  return {
    arrive(provider, call, at) {
      const entry = {
        provider,
        method: call.method,
        path: call.target,
        status: null as number | null,
        requestHeaders: call.headers,
        requestBody: kept(call.body),
        responseBody: '',
        at,
      };
      entries.push(entry);
      if (entries.length > 2 * MAXIMUM_ENTRIES) entries = entries.slice(-MAXIMUM_ENTRIES);
      return (answer, loss) => {
        entry.status = answer.status;
        entry.responseBody = kept(answer.body);
        Object.assign(entry, loss);
      };
    },
    list: () => entries.slice(-MAXIMUM_ENTRIES),
    clear() {
      entries = [];
    },
  };
}

function kept(body: string): string {
  return body.length > MAXIMUM_BODY ? `[${Buffer.byteLength(body)} bytes]` : body;
}
