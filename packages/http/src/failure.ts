import type { Effect, KeyturnError } from '@keyturn/core';

import * as messages from './messages.ts';
import type { Settings } from './options.ts';

interface Explanation {
  readonly reason: messages.Reason;
  /** Whether the same request may succeed in a moment. */
  readonly passing: boolean;
}

/** Explains the cause of a failure. */
export function explain(cause: string, { deadlines, maxBytes }: Settings): Explanation {
  switch (cause) {
    case 'ECONNREFUSED':
      return passing(messages.connectionRefused);
    case 'ENOTFOUND':
      return lasting(messages.hostNotFound);
    case 'EAI_AGAIN':
      return passing(messages.lookupFailed);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return passing(messages.hostUnreachable);
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'CONNECT_TIMEOUT':
      return passing(messages.connectTimedOut(deadlines.connectMs));
    case 'UNCONFIRMED':
      return passing(messages.stoodStill);
    case 'HEADERS_TIMEOUT':
      return passing(messages.responseTimedOut(deadlines.headersMs));
    case 'TOTAL_TIMEOUT':
      return passing(messages.bodyTimedOut(deadlines.totalMs));
    case 'PROXY_REFUSED_407':
      return lasting(messages.proxyPassword);
    case 'UND_ERR_PRX_CONN':
    case 'UND_ERR_PRX_TLS':
      return passing(messages.proxyUnreachable);
    case 'CLOSED':
    case 'UND_ERR_DESTROYED':
      return lasting(messages.closed);
    case 'CERT_HAS_EXPIRED':
      return lasting(messages.certificateExpired);
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return lasting(messages.certificateMismatched);
    case 'HEADER_INVALID':
    case 'UND_ERR_INVALID_ARG':
      return lasting(messages.headerInvalid);
    case 'TOO_LARGE':
      return lasting(messages.responseTooLarge(maxBytes));
    case 'BAD_HTTP':
    case 'UND_ERR_HEADERS_OVERFLOW':
      return lasting(messages.httpInvalid);
    case 'ABORTED':
      return lasting(messages.interrupted);
    default:
  }
  const proxyStatus = /PROXY_REFUSED_(\d+)/.exec(cause)?.[1];
  if (proxyStatus !== undefined) return lasting(messages.proxyRefused(proxyStatus));
  if (/^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(cause))
    return lasting(messages.certificateUntrusted(cause));
  if (/^(ERR_SSL_|ERR_TLS_|EPROTO)/.test(cause)) return lasting(messages.tlsFailed(cause));
  return passing(messages.connectionFailed(cause));
}

export function failureError(
  url: URL,
  cause: string,
  effect: Effect,
  settings: Settings,
): KeyturnError {
  return messages.requestFailed(url, explain(cause, settings).reason, effect);
}

function passing(reason: messages.Reason): Explanation {
  return { reason, passing: true };
}

function lasting(reason: messages.Reason): Explanation {
  return { reason, passing: false };
}
