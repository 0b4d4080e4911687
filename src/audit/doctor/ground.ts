import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, open, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { currentFolder } from '../../current-folder.js';
import type { Value } from '../../values.js';
import type { Probe } from './probes.js';
import { scratchFolder } from '../scratch-folder.js';
import { PROBE_SOURCE } from './probe-source.js';

/** What a probe is sent, and how to find out, without its word, whether it got through. */
export interface Trial {
  readonly input: Value;
  readonly gotThrough: (said: string) => boolean;
}

/** Things planted for probes to find, and the probe itself as a module. */
export interface Ground {
  /** The folder of the probe module. */
  readonly probeFolder: string;
  /** The same with a link in it that leads out. */
  readonly linkedFolder: string;
  /** Takes connections on loopback. */
  readonly port: number;
  trial(name: Probe['name']): Trial;
  /** Takes everything away again. */
  close(): Promise<void>;
}

const MAX_READ_BYTES = 1_048_576;
const VARIABLE = 'PHLOW_DOCTOR_SECRET';

/** Plants a variable, files, a server on loopback and a signal handler. */
export async function prepareGround(): Promise<Ground> {
  const folder = await scratchFolder('doctor');
  const probeFolder = join(folder, 'probe');
  const secret = randomBytes(16).toString('hex');
  const secretPath = join(folder, 'secret.txt');
  await writeProbe(probeFolder);
  const linkedFolder = join(folder, 'linked');
  await writeProbe(linkedFolder);
  await symlink(folder, join(linkedFolder, 'out'), 'junction');
  await writeFile(secretPath, secret);
  process.env[VARIABLE] = secret;
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const socketPath = join(folder, 's');
  const unixServer = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  if (process.platform !== 'win32')
    await new Promise<void>((resolve) => unixServer.listen(socketPath, resolve));
  const secretFile = await open(secretPath, 'r');
  let signals = 0;
  const onSignal = (): void => {
    signals++;
  };
  // A signal that does nothing to a process that does not listen.
  process.on('SIGWINCH', onSignal);

  let planted = 0;
  const newPath = (): string => join(folder, `planted-${++planted}`);

  const trials: Readonly<Record<Probe['name'], () => Trial>> = {
    env: () => ({ input: { name: VARIABLE }, gotThrough: (said) => said.includes(secret) }),
    readFile: () => ({ input: { path: secretPath }, gotThrough: (said) => said.includes(secret) }),
    listFolder: () => {
      // One that was removed has nothing to find.
      const here = existsSync(currentFolder()) ? currentFolder() : folder;
      const listed = readdirSync(here).sort().join('\n');
      const { path, size } = smallFileIn(here);
      return {
        input: { path: here, file: path },
        gotThrough: (said) => listed !== '' && (said === listed || said === `${size} bytes`),
      };
    },
    writeFile: () => marker(newPath()),
    database: () => marker(newPath()),
    descriptor: () => ({ input: { fd: secretFile.fd }, gotThrough: (said) => said.includes(secret) }),
    spawn: () => marker(newPath()),
    connect: () => {
      const before = connections;
      return { input: { port }, gotThrough: () => connections > before };
    },
    unixSocket: () => {
      const before = connections;
      return { input: { path: socketPath }, gotThrough: () => connections > before };
    },
    signal: () => {
      const before = signals;
      return { input: { pid: process.pid }, gotThrough: () => signals > before };
    },
    // These two get through by taking the host or the module with them, which the doctor sees for itself.
    loop: () => ({ input: {}, gotThrough: () => false }),
    memory: () => ({ input: {}, gotThrough: () => false }),
  };
  return {
    probeFolder,
    linkedFolder,
    port,
    trial: (name) => trials[name](),
    async close() {
      Reflect.deleteProperty(process.env, VARIABLE);
      process.off('SIGWINCH', onSignal);
      await secretFile.close();
      await new Promise((resolve) => server.close(resolve));
      await new Promise((resolve) => unixServer.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A file of the folder, for a probe that cannot list it; without one, a path that leads nowhere. */
function smallFileIn(folder: string): { readonly path: string; readonly size: number } {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() === true && found.size > 0 && found.size < MAX_READ_BYTES)
      return { path, size: found.size };
  }
  return { path: join(folder, 'none'), size: 0 };
}

function marker(path: string): Trial {
  return { input: { path }, gotThrough: () => existsSync(path) };
}

async function writeProbe(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'phlow.yaml'), 'name: probe\n');
  await writeFile(join(folder, 'index.mjs'), PROBE_SOURCE);
}
