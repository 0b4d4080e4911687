import { linkSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { createHost, isPhlowError, type Module } from '../../../src/index.js';
import { writeFiles } from '../../support/write-files.js';
import { WAYS, type Outcome, type Way } from './ways.js';

// A host of its own, in an empty current folder: tries every way in a guarded module and tells its parent of each.
const [, , ground = ''] = process.argv;
const own = join(ground, 'mod');
const secret = join(ground, 'secret.txt');
const found = await plant();
writeModule(own, found);
const host = await createHost({ logLevel: 'off' });
let module: Module | undefined;
for (const [at, way] of WAYS.entries()) {
  if (way.plant !== undefined) {
    process.send?.(await triedAlone(way, join(ground, `planted-${at}`)));
    continue;
  }
  module ??= await host.load(own, { isolation: 'guarded', restart: 'never', grant: grantIn(found) });
  const outcome = await tried(module, way.way);
  process.send?.(outcome);
  if (module.state !== 'ready') {
    await module.close();
    module = undefined;
  }
}
await host.close();
process.exit(0);

/** A way that needs something planted: whether its module is started with it, and where the way leads then. */
async function triedAlone(way: Way, folder: string): Promise<Outcome> {
  const names = { ...found, ...placesOf(folder) };
  const place = (path: string): string => resolve(folder, filled(path, names));
  writeModule(folder, names);
  for (const path of way.plant?.folders ?? []) mkdirSync(place(path), { recursive: true });
  for (const [path, target] of Object.entries(way.plant?.links ?? {})) {
    mkdirSync(dirname(place(path)), { recursive: true });
    symlinkSync(target, place(path));
  }
  for (const [path, file] of Object.entries(way.plant?.hard ?? {})) linkSync(place(file), place(path));
  try {
    const alone = await host.load(folder, {
      isolation: 'guarded',
      restart: 'never',
      grant: grantIn(names),
    });
    const outcome = await tried(alone, way.way);
    await alone.close();
    return outcome;
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    const isRefused = error.code === 'PHLOW_LEVEL_UNAVAILABLE';
    return { way: way.way, isRefused, said: `${error.code} ${error.message}` };
  }
}

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

/** What the ways are after, by the words that stand for it in them. */
async function plant(): Promise<Names> {
  writeFiles(ground, { 'secret.txt': 'TOP-SECRET', 'one/two/dir/secret.txt': 'TOP-SECRET' });
  process.env['PHLOW_WAY_SECRET'] = 'TOP-SECRET';
  process.on('SIGWINCH', () => undefined);
  const socket = join(ground, 's');
  const unix = createServer((connection) => connection.destroy());
  const tcp = createServer((connection) => connection.destroy());
  await new Promise<void>((resolve) => unix.listen(socket, resolve));
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  unix.unref();
  tcp.unref();
  return {
    $SECRET: secret,
    $OUT: join(ground, 'out'),
    $FD: String(openSync(secret, 'r+')),
    $SOCKET: socket,
    $PORT: String((tcp.address() as AddressInfo).port),
    $PID: String(process.pid),
    ...placesOf(own),
  };
}

type Names = Readonly<Record<string, string>>;

/** The folder of a module, and what it was granted beside that. */
function placesOf(folder: string): Names {
  const place = (kind: string): string => join(ground, `${kind}-${basename(folder)}`);
  return { $OWN: folder, $GIVEN: place('given'), $SHARED: place('shared'), $LATER: place('later') };
}

function grantIn({ $GIVEN = '', $SHARED = '', $LATER = '' }: Names): Grant {
  return { fs: { read: [$GIVEN], write: ['./w', $SHARED, $LATER] } };
}

interface Grant {
  readonly fs: { readonly read: readonly string[]; readonly write: readonly string[] };
}

function filled(text: string, names: Names): string {
  return Object.entries(names).reduce((all, [name, value]) => all.replaceAll(name, value), text);
}

/** The module that goes the ways. */
function writeModule(folder: string, names: Names): void {
  const ways = WAYS.map(({ way, code }) => `${JSON.stringify(way)}: async () => { ${filled(code, names)} },`);
  const permissions = grantIn(names);
  for (const granted of [join(folder, 'w'), names['$GIVEN'], names['$SHARED']])
    mkdirSync(String(granted), { recursive: true });
  writeFileSync(join(folder, 'w/file.txt'), 'x');
  writeFiles(folder, {
    'phlow.yaml': `name: ways\nversion: 1.0.0\nentry: index.cjs\npermissions: ${JSON.stringify(permissions)}\n`,
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
