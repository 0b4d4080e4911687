import { connect, type Socket } from 'node:net';

/** What a hostile client does with one connection, again and again. */
interface Attack {
  readonly name: string;
  readonly connections: number;
  /** Writes what it likes; returns milliseconds after which it breaks the connection, or undefined to leave that to the server. */
  readonly write: (socket: Socket) => number | undefined;
}

const HEAD = 'POST /x HTTP/1.1\r\nhost: x\r\n';

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
  { name: 'silent connections', connections: 8_000, write: () => undefined },
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
];

/** Runs one attack against a port until it is killed; says once a second how often connections ended, and with what status. */
async function attack(name: string, port: number): Promise<void> {
  const found = ATTACKS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no attack "${name}"`);
  const ends = new Map<string, number>();
  const lane = async (): Promise<never> => {
    for (;;) {
      const end = await once(found, port);
      ends.set(end, (ends.get(end) ?? 0) + 1);
      // A client that is refused at once is not to spin.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  setInterval(() => process.send?.(Object.fromEntries(ends)), 250);
  await Promise.all(Array.from({ length: found.connections }, lane));
}

function once({ write }: Attack, port: number): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => {
      const breakAfterMs = write(socket);
      if (breakAfterMs !== undefined) setTimeout(() => socket.destroy(), breakAfterMs);
    });
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      if (received.length < 20) received += text;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1] ?? 'closed'));
  });
}

const [name, port] = process.argv.slice(2);
if (process.send !== undefined && name !== undefined && port !== undefined) {
  process.on('disconnect', () => process.exit());
  await attack(name, Number(port));
}
