import { KeyturnError, printable, type Effect, type ErrorCode } from '@keyturn/core';

import type { Settings } from './options.ts';

interface Explanation {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly hint: string;
  /** Whether the same may work in a moment. */
  readonly passing: boolean;
}

const LATER = 'Run it again in a while.';
const NETWORK = 'Check the network, and HTTPS_PROXY and NO_PROXY if there is a proxy.';

/** Puts a failure's cause into words. */
export function explain(cause: string, { deadlines, maxBytes }: Settings): Explanation {
  const network = (reason: string, hint: string, passing = true): Explanation => ({
    code: 'NETWORK_FAILED',
    reason,
    hint,
    passing,
  });
  const timeout = (reason: string, milliseconds: number): Explanation => ({
    code: 'TIMED_OUT',
    reason: `${reason} within ${milliseconds / 1000} s`,
    hint: `${NETWORK} ${LATER}`,
    passing: true,
  });
  switch (cause) {
    case 'ECONNREFUSED':
      return network('refused the connection', 'Is the address right, and does the server run?');
    case 'ENOTFOUND':
      return network('there is no host of that name', 'Is the address right?', false);
    case 'EAI_AGAIN':
      return network('its name could not be looked up', NETWORK);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return network('cannot be reached from here', NETWORK);
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'CONNECT_TIMEOUT':
      return timeout('did not accept a connection', deadlines.connectMs);
    case 'HEADERS_TIMEOUT':
      return timeout('did not answer', deadlines.headersMs);
    case 'TOTAL_TIMEOUT':
      return timeout('did not finish its answer', deadlines.totalMs);
    case 'PROXY_REFUSED':
      return network('the proxy did not let the connection through', NETWORK, false);
    case 'UND_ERR_PRX_CONN':
    case 'UND_ERR_PRX_TLS':
      return network('the proxy could not be reached', NETWORK);
    case 'UND_ERR_CLOSED':
    case 'UND_ERR_DESTROYED':
      return network('the connection was closed by us', LATER, false);
    case 'CERT_HAS_EXPIRED':
      return network(
        'its certificate has expired',
        "Its owner must renew it; is this machine's clock right?",
        false,
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return network('its certificate is for another name', 'Is the address right?', false);
    case 'UND_ERR_INVALID_ARG':
      return {
        code: 'CONFIG_INVALID',
        reason: 'the request has a header that cannot be sent',
        hint: 'Look for a line break or a special character in the credentials.',
        passing: false,
      };
    case 'TOO_LARGE':
      return invalidAnswer(`its answer is larger than ${maxBytes} bytes`);
    default:
  }
  if (/^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(cause))
    return network(
      `its certificate is not trusted (${cause})`,
      'For an authority of your own, name its certificate in NODE_EXTRA_CA_CERTS.',
      false,
    );
  if (/^(ERR_SSL_|ERR_TLS_|EPROTO)/.test(cause))
    return network(`TLS failed (${cause})`, 'Does the server speak https there?', false);
  if (cause === 'BAD_HTTP' || cause === 'UND_ERR_HEADERS_OVERFLOW')
    return invalidAnswer('its answer is not HTTP as it should be');
  return network(`broke off the connection (${cause})`, `${NETWORK} ${LATER}`);
}

function invalidAnswer(reason: string): Explanation {
  return {
    code: 'ANSWER_INVALID',
    reason,
    hint: 'Is the address right, and does something in between change answers?',
    passing: false,
  };
}

export function failureError(
  url: URL,
  cause: string,
  effect: Effect,
  settings: Settings,
): KeyturnError {
  const host = printable(url.host, 100);
  if (cause === 'ABORTED')
    return new KeyturnError('INTERRUPTED', `${host}: the request was interrupted`, {
      hint: 'Run it again.',
      effect,
    });
  const { code, reason, hint } = explain(cause, settings);
  return new KeyturnError(code, `${host}: ${reason}`, { hint, effect });
}
