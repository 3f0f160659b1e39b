/** One request, ready to be sent. */
export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** The headers of a response by their names in lower case. */
export type ReceivedHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What happens to a request, in this order. Nothing counts after the first `onEnd` or `onError`. */
export interface WireEvents {
  /**
   * Awaited before {@link onSend}, as late as the wire can wait: opening a connection may take long, and the process may be stopped
   * meanwhile. The request may have been given up afterwards. Absent if nothing has to be asked.
   */
  readonly onReady: (() => Promise<void>) | undefined;
  /** A connection is ready, and the first byte is about to be written, unless this gives the request up. Until now, nobody saw it. */
  readonly onSend: () => void;
  readonly onHead: (status: number, headers: ReceivedHeaders) => void;
  readonly onData: (chunk: Buffer) => void;
  readonly onEnd: () => void;
  /** The code of Node or undici, or one of keyturn's; never a text, which might contain what was sent. */
  readonly onError: (cause: string) => void;
}

/** Carries requests over connections that it keeps. */
export interface Wire {
  /** Returns what gives the request up, whenever that is called. */
  readonly send: (request: Outgoing, events: WireEvents) => () => void;
  /** Closes every connection, idle or not. */
  readonly close: () => Promise<void>;
}
