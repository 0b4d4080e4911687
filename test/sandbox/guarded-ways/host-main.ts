import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createHost, type Module } from '../../../src/index.js';
import { writeFiles } from '../../support/write-files.js';
import { WAYS, type Outcome } from './ways.js';

// A host of its own, in an empty current folder: tries every way in a guarded module and tells its parent of each.
const [, , ground = ''] = process.argv;
const own = join(ground, 'mod');
const secret = join(ground, 'secret.txt');
await plant();
const host = await createHost({ logLevel: 'off' });
let module: Module | undefined;
for (const { way } of WAYS) {
  module ??= await host.load(own, { isolation: 'guarded', restart: 'never' });
  const outcome = await tried(module, way);
  process.send?.(outcome);
  if (module.state !== 'ready') {
    await module.close();
    module = undefined;
  }
}
await host.close();
process.exit(0);

async function tried(one: Module, way: string): Promise<Outcome> {
  try {
    const reply = await one.call({ way }, { timeoutMs: 5_000 });
    const { refused, said } = reply as { readonly refused: boolean; readonly said: string };
    return { way, isRefused: refused, said };
  } catch (error) {
    // The module's end, or a way that never comes back: nobody refused it.
    return { way, isRefused: false, said: String(error) };
  }
}

/** What the ways are after, and the module that goes them. */
async function plant(): Promise<void> {
  mkdirSync(own, { recursive: true });
  writeFileSync(secret, 'TOP-SECRET');
  process.env['PHLOW_WAY_SECRET'] = 'TOP-SECRET';
  process.on('SIGWINCH', () => undefined);
  const socket = join(ground, 's');
  const unix = createServer((connection) => connection.destroy());
  const tcp = createServer((connection) => connection.destroy());
  await new Promise<void>((resolve) => unix.listen(socket, resolve));
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  unix.unref();
  tcp.unref();
  const found: Readonly<Record<string, string>> = {
    $SECRET: secret,
    $OUT: join(ground, 'out'),
    $FD: String(openSync(secret, 'r+')),
    $SOCKET: socket,
    $PORT: String((tcp.address() as AddressInfo).port),
    $OWN: own,
    $PID: String(process.pid),
  };
  const filled = (code: string): string =>
    Object.entries(found).reduce((text, [name, value]) => text.replaceAll(name, value), code);
  const ways = WAYS.map(({ way, code }) => `${JSON.stringify(way)}: async () => { ${filled(code)} },`);
  writeFiles(own, {
    'phlow.yaml': 'name: ways\nversion: 1.0.0\nentry: index.cjs\n',
    'index.cjs': `const fs = require('node:fs');
const ways = {
${ways.join('\n')}
};
module.exports = async ({ input }) => {
  try {
    return { refused: false, said: String(await ways[input.way]()) };
  } catch (error) {
    return { refused: true, said: String(error.code ?? error.message) };
  }
};
`,
  });
}
