import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A connection to a Redis server that was started for the bench: no persistence, loopback, pipelined. */
export interface Redis {
  readonly url: string;
  /** Sends one command and resolves with its reply: text, an integer, or null. */
  command(...words: string[]): Promise<string | number | null>;
  stop(): Promise<void>;
}

/** True where `redis-server` is installed. */
export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

const START_TIMEOUT_MS = 5_000;

/** Starts a server on a free port and connects to it. */
export async function startRedis(): Promise<Redis> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  const socket = await connected(port);
  socket.setNoDelay(true);
  const waiting: { resolve: (reply: string | number | null) => void; reject: (error: Error) => void }[] = [];
  let replies = Buffer.alloc(0);
  let out: string[] = [];

  socket.on('data', (bytes) => {
    replies = replies.length === 0 ? bytes : Buffer.concat([replies, bytes]);
    let at = 0;
    for (;;) {
      const parsed = parseReply(replies, at);
      if (parsed === undefined) break;
      at = parsed.end;
      const waiter = waiting.shift();
      if (parsed.value instanceof Error) waiter?.reject(parsed.value);
      else waiter?.resolve(parsed.value);
    }
    replies = replies.subarray(at);
  });

  return {
    url: `redis://127.0.0.1:${port}`,
    command: (...words) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        // One write per turn, as the pipelining of Redis clients does it.
        if (out.push(encode(words)) === 1) {
          queueMicrotask(() => {
            socket.write(out.join(''));
            out = [];
          });
        }
      }),
    stop: async () => {
      const gone = once(server, 'exit');
      socket.destroy();
      server.kill('SIGTERM');
      await gone;
    },
  };
}

function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** One RESP2 reply of the kinds that GET, SET and errors need; undefined until it is complete. */
export function parseReply(
  bytes: Buffer,
  at: number,
): { value: string | number | null | Error; end: number } | undefined {
  const line = bytes.indexOf('\r\n', at);
  if (line === -1) return undefined;
  const text = bytes.toString('utf8', at + 1, line);
  const end = line + 2;
  switch (bytes[at]) {
    case 0x24: {
      const length = Number(text);
      if (length < 0) return { value: null, end };
      if (bytes.length < end + length + 2) return undefined;
      return { value: bytes.toString('utf8', end, end + length), end: end + length + 2 };
    }
    case 0x3a:
      return { value: Number(text), end };
    case 0x2d:
      return { value: new Error(`Redis refused a command: ${text}`), end };
    default:
      return { value: text, end };
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function connected(port: number): Promise<Socket> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      socket.destroy();
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
