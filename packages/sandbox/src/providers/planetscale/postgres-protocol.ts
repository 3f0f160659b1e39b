import type { Socket } from 'node:net';

// PostgreSQL's protocol 3.0, as far as a login and one row take. docs: PostgreSQL, "Message Formats".

const PROTOCOL = 196_608;
const ENCRYPTION = [80_877_103, 80_877_104];
const MOST_BYTES = 1024 * 1024;

/** What a client says. */
export interface Said {
  /** The letter of its message; `startup`, or `encryption` for a question whether there is any. */
  readonly type: string;
  readonly text: string;
  readonly parameters: Readonly<Record<string, string | undefined>>;
}

/** The messages of a client, one after the other. */
export async function* reads(socket: Socket): AsyncGenerator<Said> {
  let pending = Buffer.alloc(0);
  let isStarted = false;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const offset = isStarted ? 1 : 0;
      if (pending.length < offset + 4) break;
      const end = offset + pending.readUInt32BE(offset);
      if (end > MOST_BYTES) throw new Error('The message is too long');
      if (pending.length < end) break;
      const body = pending.subarray(offset + 4, end);
      const type = pending.toString('latin1', 0, offset);
      pending = pending.subarray(end);
      const said = isStarted ? letter(type, body) : start(body);
      if (said.type === 'startup') isStarted = true;
      yield said;
    }
  }
}

/** A message of the server: numbers have four bytes, texts end with a zero. */
export function message(type: string, ...parts: readonly (number | string | Buffer)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(`${part}\0`);
      return typeof part === 'number' ? integer(part) : part;
    }),
  );
  return Buffer.concat([Buffer.from(type), integer(body.length + 4), body]);
}

export const error = (severity: string, code: string, text: string): Buffer =>
  message('E', `S${severity}`, `V${severity}`, `C${code}`, `M${text}`, Buffer.from([0]));

export const ready = message('Z', Buffer.from('I'));

/** The one column of an answer. */
export function field(name: string, type: number): Buffer {
  const rest = Buffer.alloc(18);
  rest.writeUInt32BE(type, 6);
  rest.writeInt16BE(-1, 10);
  rest.writeInt32BE(-1, 12);
  return message('T', Buffer.from([0, 1]), name, rest);
}

export const row = (value: string): Buffer =>
  message('D', Buffer.from([0, 1]), Buffer.byteLength(value), Buffer.from(value));

function letter(type: string, body: Buffer): Said {
  return { type, text: body.toString('utf8').replace(/\0$/, ''), parameters: {} };
}

function start(body: Buffer): Said {
  const code = body.readUInt32BE(0);
  if (ENCRYPTION.includes(code)) return { type: 'encryption', text: '', parameters: {} };
  if (code !== PROTOCOL) throw new Error('The protocol is not known');
  const texts = body.toString('utf8', 4).split('\0');
  const parameters: Record<string, string> = {};
  for (let at = 0; at + 1 < texts.length; at += 2)
    parameters[texts[at] ?? ''] = texts[at + 1] ?? '';
  return { type: 'startup', text: '', parameters };
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
