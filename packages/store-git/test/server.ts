import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What the server does with a request instead of answering it. */
export type Fault =
  | 'hang'
  /** Cuts the connection after it got a part of the request. */
  | 'cut'
  /** Does what was asked for, and cuts the connection instead of answering. */
  | 'lose'
  /** Does what was asked for, and never answers. */
  | 'lose and hang'
  | number;

/** A request of git: `fetch` and `push` come with their `advertise` before. */
export type Kind = 'advertise fetch' | 'fetch' | 'advertise push' | 'push';

export interface GitServer extends AsyncDisposable {
  /** With user and password. */
  readonly url: string;
  readonly plainUrl: string;
  readonly kinds: Kind[];
  /** The `authorization` headers that it got. */
  readonly seen: string[];
  fault: ((kind: Kind) => Fault | undefined) | undefined;
  /** Milliseconds before each answer. */
  delay: number;
}

export const USER = 'ci+bot';
/** Of this process alone: a test looks for it among everything that runs on this machine. */
const OWN = `geheim-${randomBytes(8).toString('hex')}`;
export const PASSWORD = `p@ss/word:${OWN}`;

/** Serves the bare repositories in a folder by smart HTTP, with basic authentication. */
export async function serveGit(root: string): Promise<GitServer> {
  const kinds: Kind[] = [];
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const expected = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    if (request.headers.authorization !== expected) {
      seen.push(request.headers.authorization ?? '');
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const kind = kindOf(request.url ?? '');
    kinds.push(kind);
    const fault = server.fault?.(kind);
    if (fault === 'hang') return;
    if (fault === 'cut') return void request.socket.destroy();
    if (typeof fault === 'number')
      return void response.writeHead(fault).end(`remote: \u001b[31mrefused ${PASSWORD}\n`);
    const { status, headers, content } = await backend(root, request, body);
    if (fault === 'lose') return void request.socket.destroy();
    if (fault === 'lose and hang') return;
    await new Promise((resolve) => setTimeout(resolve, server.delay));
    response.writeHead(status, headers).end(content);
  };
  const http = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const login = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}`;
  const server: GitServer = {
    url: `http://${login}@${host}`,
    plainUrl: `http://${host}`,
    kinds,
    seen,
    fault: undefined,
    delay: 0,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

/** The pushes that a server got. */
export function pushesOf({ kinds }: GitServer): number {
  return kinds.filter((kind) => kind === 'push').length;
}

function kindOf(url: string): Kind {
  const isPush = url.includes('receive-pack');
  if (url.includes('/info/refs')) return isPush ? 'advertise push' : 'advertise fetch';
  return isPush ? 'push' : 'fetch';
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** docs: git-http-backend(1) */
async function backend(root: string, request: IncomingMessage, body: Buffer) {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(path),
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      CONTENT_LENGTH: String(body.length),
      GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
      REMOTE_USER: USER,
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => {});
  child.stdin.end(body);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  const output = Buffer.concat(chunks);
  const end = output.indexOf('\r\n\r\n');
  const lines = output.toString('latin1', 0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
  const { status = '200', ...others } = headers;
  return {
    status: Number.parseInt(status, 10),
    headers: others,
    content: output.subarray(end + 4),
  };
}
