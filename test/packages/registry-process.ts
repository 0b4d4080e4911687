import { createRequire } from 'node:module';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/*
 * A registry on loopback, in a process of its own: `node registry-process.js CONFIG`. Prints its address, and ends with its standard input.
 */

interface Verdaccio {
  readonly runServer: (config: string) => Promise<Server>;
}

const { runServer } = createRequire(import.meta.url)('verdaccio') as Verdaccio;
const server = await runServer(process.argv[2] ?? '');
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`LISTENING http://127.0.0.1:${port}/\n`);
});
process.stdin.resume().on('end', () => process.exit());
