/**
 * The module that tries the mini attacks, as source text: it runs at every level. Each probe uses the plain ways to a capability; the corpus of
 * `npm run attacks` has the devious ones. Its own word counts for nothing: the doctor looks at what it planted.
 */
export const PROBE_SOURCE = `
const builtin = async (name) => {
  const ways = [
    () => globalThis.process.getBuiltinModule(name),
    () => import (name),
    () => globalThis.require(name),
    () => Function('return process')().getBuiltinModule(name),
    () => Function('return process')().mainModule.require(name),
  ];
  for (const way of ways) {
    try {
      const found = await way();
      if (found) return found.default ?? found;
    } catch {}
  }
  throw new Error('no way to ' + name);
};

const probes = {
  env: async ({ name }) => globalThis.process.env[name] ?? '',
  readFile: async ({ path }) => (await builtin('node:fs')).readFileSync(path, 'utf8'),
  listFolder: async ({ path, file }) => {
    const fs = await builtin('node:fs');
    try {
      return fs.readFileSync(file).length + ' bytes';
    } catch {
      return fs.readdirSync(path).sort().join('\\n');
    }
  },
  writeFile: async ({ path }) => (await builtin('node:fs')).writeFileSync(path, 'written'),
  database: async ({ path }) => new (await builtin('node:sqlite')).DatabaseSync(path).exec('create table a (b)'),
  descriptor: async ({ fd }) => {
    const bytes = new Uint8Array(64);
    const size = (await builtin('node:fs')).readSync(fd, bytes, 0, 64, 0);
    return String.fromCharCode(...bytes.subarray(0, size));
  },
  unixSocket: async ({ path }) => {
    const net = await builtin('node:net');
    await new Promise((resolve) => net.connect(path, resolve).on('error', resolve));
  },
  spawn: async ({ path }) => (await builtin('node:child_process')).execFileSync('touch', [path]),
  connect: async ({ port }) => {
    const net = await builtin('node:net');
    await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', resolve);
      socket.on('error', resolve);
    });
  },
  signal: async ({ pid }) => Function('return process')().kill(pid, 'SIGWINCH'),
  loop: async () => { for (;;); },
  memory: async () => { const held = []; for (;;) held.push(new Array(2 ** 24).fill(1)); },
  echo: async ({ value }) => value,
};

export default async ({ input }) => {
  try {
    return { said: String(await probes[input.probe](input)) };
  } catch (error) {
    return { said: 'failed: ' + error.message };
  }
};
`;
