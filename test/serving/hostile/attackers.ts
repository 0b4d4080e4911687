import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/** What a hostile client does with one connection, again and again. */
interface Attack {
  readonly name: string;
  readonly connections: number;
  /** Writes what it likes; returns milliseconds after which it breaks the connection, or undefined to leave that to the server. */
  readonly write: (socket: Socket, turn: number) => number | undefined;
}

const HEAD = 'POST /x HTTP/1.1\r\nhost: x\r\n';
/** What no client may ever get to read: it stands in a file beside the folder that is served. */
export const SECRET = 'not for clients';
/** What clients try to have sent as a header. */
const INJECTED = 'x-injected';
/** Addresses that connections come from: each has some ten thousand ports. */
const ADDRESSES = 4;

/** Sends one of several requests, by turns. */
const oneOf =
  (targets: readonly string[]) =>
  (socket: Socket, turn: number): undefined => {
    const target = targets[turn % targets.length] ?? '/';
    socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  };

/** All of them; `connections` is how many each has open at a time. */
export const ATTACKS: readonly Attack[] = [
  {
    name: 'slow heads (slowloris)',
    connections: 1_000,
    write(socket) {
      socket.write(HEAD);
      const timer = setInterval(() => socket.write('x: y\r\n'), 500);
      socket.once('close', () => clearInterval(timer));
      return undefined;
    },
  },
  {
    name: 'as many connections as there may be',
    connections: 10_000,
    write(socket) {
      socket.write('GET /x HTTP/1.1\r\nhost: x\r\n\r\n');
      return undefined;
    },
  },
  { name: 'silent connections', connections: 1_000, write: () => undefined },
  {
    name: 'heads that are too large',
    connections: 50,
    write(socket) {
      socket.write(`${HEAD}x: ${'a'.repeat(100_000)}`);
      return undefined;
    },
  },
  {
    name: 'bodies that are too large',
    connections: 50,
    write(socket) {
      socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
      const chunk = `10000\r\n${'a'.repeat(65_536)}\r\n`;
      const more = (): void => {
        while (socket.writable && socket.write(chunk));
      };
      socket.on('drain', more);
      more();
      return undefined;
    },
  },
  {
    name: 'uploads that break off',
    connections: 50,
    write(socket) {
      socket.write(`${HEAD}content-length: 100000\r\n\r\n${'a'.repeat(50_000)}`);
      return 5;
    },
  },
  {
    name: 'smuggling (CL and TE)',
    connections: 50,
    write(socket) {
      socket.write(
        `${HEAD}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /y HTTP/1.1\r\n\r\n`,
      );
      return undefined;
    },
  },
  {
    name: 'bad chunks',
    connections: 50,
    write(socket) {
      socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\nzz\r\nab\r\n`);
      return undefined;
    },
  },
  {
    name: 'pipelining without end',
    connections: 20,
    write(socket) {
      const many = 'GET /x HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(100);
      const more = (): void => {
        while (socket.writable && socket.write(many));
      };
      socket.on('drain', more);
      more();
      return undefined;
    },
  },
  {
    name: 'responses that nobody reads',
    connections: 50,
    write(socket) {
      socket.pause();
      socket.write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(8));
      return undefined;
    },
  },
  {
    name: 'paths out of the folder',
    connections: 50,
    write: oneOf([
      '/files/../secret.txt',
      '/files/%2e%2e/secret.txt',
      '/files/..%2fsecret.txt',
      '/files/..%5csecret.txt',
      '/files/%252e%252e/secret.txt',
      '/files//secret.txt',
      '/files/a.txt%00.html',
      '/files/link/secret.txt',
      '/files/link.txt',
      '/files/.hidden',
    ]),
  },
  {
    name: 'headers in the values of a flow',
    connections: 50,
    write: oneOf([
      `/echo?value=a%0d%0a${INJECTED}:%20b`,
      `/echo?value=a%0a${INJECTED}:%20b`,
      `/echo?value=a%0d%0a%0d%0aHTTP/1.1%20200%20OK%0d%0a${INJECTED}:%20b`,
      `/echo?name=${INJECTED}:b%0d%0ac`,
      `/echo?value=%E5%98%8D%E5%98%8A${INJECTED}:%20b`,
    ]),
  },
  {
    name: 'paths made for slow patterns',
    connections: 50,
    write: oneOf([
      `/strict/${'a'.repeat(8_000)}!`,
      `${'/a'.repeat(6_000)}/!`,
      `/x?${'a=%41&'.repeat(2_000)}`,
    ]),
  },
];

/** Descriptors that a process may have open; undefined where the system does not say. */
function descriptorLimit(): number | undefined {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const [, soft] = /^Max open files +(\d+)/m.exec(limits) ?? [];
  return soft === undefined ? undefined : Number(soft);
}

/** Descriptors that the rest of a process takes. */
const OTHER_DESCRIPTORS = 200;

/** As many connections of an attack as this system lets a process have. */
export function possibleConnections({ connections }: Pick<Attack, 'connections'>): number {
  return Math.max(1, Math.min(connections, (descriptorLimit() ?? Infinity) - OTHER_DESCRIPTORS));
}

/** Runs one attack against a port until it is killed; says again and again how often connections ended, and with what. */
async function attack(name: string, port: number): Promise<void> {
  const found = ATTACKS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no attack "${name}"`);
  const ends = new Map<string, number>();
  const lane = async (_: unknown, index: number): Promise<never> => {
    for (let turn = index; ; turn++) {
      const end = await once(found, port, turn);
      ends.set(end, (ends.get(end) ?? 0) + 1);
      // A client that is refused at once is not to spin.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  setInterval(() => process.send?.(Object.fromEntries(ends)), 250);
  await Promise.all(Array.from({ length: possibleConnections(found) }, lane));
}

function once({ write }: Attack, port: number, turn: number): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const localAddress = `127.0.0.${2 + (turn % ADDRESSES)}`;
    const socket = connect({ port, host: '127.0.0.1', localAddress }, () => {
      const breakAfterMs = write(socket, turn);
      if (breakAfterMs !== undefined) setTimeout(() => socket.destroy(), breakAfterMs);
    });
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      if (received.length < 10_000) received += text;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(endOf(received)));
  });
}

/** What a client got: the status, or what it should never have got. */
function endOf(received: string): string {
  const head = received.split('\r\n\r\n', 1)[0] ?? '';
  if (received.includes(SECRET)) return 'THE SECRET';
  if (head.toLowerCase().includes(`\n${INJECTED}`)) return 'AN INJECTED HEADER';
  return /^HTTP\/1\.1 (\d+)/.exec(received)?.[1] ?? 'closed';
}

const [name, port] = process.argv.slice(2);
if (process.send !== undefined && name !== undefined && port !== undefined) {
  process.on('disconnect', () => process.exit());
  await attack(name, Number(port));
}
