/** What a probe is told about the host around it. */
export interface Surroundings {
  readonly hostPid: number;
  readonly folder: string;
  readonly secretFile: string;
  readonly markerFile: string;
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly socketPath: string;
  readonly openFd: number;
}

/** A power that no guest may have, and the ways to it that are tried with everything that was given away. */
export interface Power {
  /** Expressions over `g`, what was given away, and `s`, the surroundings; the first that resolves with something counts. */
  readonly ways: readonly string[];
  /** What a way must come up with; without it anything counts. */
  readonly evidence?: 'secret-' | 'descriptor-' | 'victim-';
  /** The host sees for itself whether it worked; what a way resolves with counts for nothing. */
  readonly isSeenByHost?: true;
  /** It ends the process that it works in: tried in a host of its own. */
  readonly isDeadly?: true;
}

/** The powers, by name. */
export const POWERS = {
  'read a file': {
    ways: [
      `g.modules.fs.readFileSync(s.secretFile, 'utf8')`,
      `g.modules['fs/promises'].readFile(s.secretFile, 'utf8')`,
      `g.internalBinding('fs').readFileUtf8(s.secretFile, 0)`,
      `g.processBinding('fs').readFileUtf8(s.secretFile, 0)`,
      `new g.modules.vm.Script('im' + 'port("node:fs")', { importModuleDynamically: g.modules.vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }).runInThisContext().then((fs) => fs.readFileSync(s.secretFile, 'utf8'))`,
      `g.getBuiltinModule('fs').readFileSync(s.secretFile, 'utf8')`,
      `g.outer.process.getBuiltinModule('fs').readFileSync(s.secretFile, 'utf8')`,
      `g.eval('im' + 'port("node:fs")').then((fs) => fs.readFileSync(s.secretFile, 'utf8'))`,
    ],
    evidence: 'secret-',
  },
  'write a file': {
    ways: [
      `g.modules.fs.writeFileSync(s.markerFile, 'x')`,
      `g.internalBinding('fs').writeFileUtf8(s.markerFile, 'x', 577, 438)`,
      `g.internalBinding('heap_utils').triggerHeapSnapshot(s.markerFile, new g.outer.Uint8Array(2))`,
      `g.modules.v8.writeHeapSnapshot(s.markerFile)`,
      `g.internalBinding('report').writeReport('x', 'y', s.markerFile, {})`,
      `new (g.modules.sqlite ?? g.getBuiltinModule('node:sqlite')).DatabaseSync(s.markerFile)`,
    ],
    isSeenByHost: true,
  },
  'list a folder': {
    ways: [
      `g.modules.fs.readdirSync(s.folder).join() || no()`,
      `g.internalBinding('fs').readdir(s.folder, 'utf8', false).join() || no()`,
      `g.internalBinding('fs_dir').opendirSync(s.folder) ?? no()`,
    ],
  },
  'connect by TCP': {
    ways: [
      `settled(g.modules.net.connect(s.tcpPort, '127.0.0.1'), 'connect')`,
      `settled(new g.classes.Socket().connect(s.tcpPort, '127.0.0.1'), 'connect')`,
      `(() => { const { TCP, TCPConnectWrap, constants } = g.internalBinding('tcp_wrap'); const tcp = new TCP(constants.SOCKET); const r = new TCPConnectWrap(); g.kept = [tcp, r]; if (tcp.connect(r, '127.0.0.1', s.tcpPort) !== 0) no(); return later('sent'); })()`,
      `g.modules.http.get({ port: s.tcpPort, host: '127.0.0.1' }).on('error', () => undefined) && later('sent')`,
      `g.globals.fetch('http://127.0.0.1:' + s.tcpPort)`,
      `new g.globals.WebSocket('ws://127.0.0.1:' + s.tcpPort) && later('sent')`,
      `g.eval('im' + 'port("node:net")').then((net) => settled(net.connect(s.tcpPort, '127.0.0.1'), 'connect'))`,
      `socketOf(g.handles[0]).connect(s.tcpPort, '127.0.0.1') && later('sent')`,
    ],
    isSeenByHost: true,
  },
  'connect to a Unix socket': {
    ways: [
      `settled(g.modules.net.connect(s.socketPath), 'connect')`,
      `settled(new g.classes.Socket().connect(s.socketPath), 'connect')`,
      `(() => { const { Pipe, PipeConnectWrap, constants } = g.internalBinding('pipe_wrap'); const pipe = new Pipe(constants.SOCKET); const r = new PipeConnectWrap(); g.kept = [pipe, r]; pipe.connect(r, s.socketPath); return later('sent'); })()`,
      `g.modules.http.get({ socketPath: s.socketPath }).on('error', () => undefined) && later('sent')`,
    ],
    isSeenByHost: true,
  },
  'send by UDP': {
    ways: [
      `new Promise((resolve, reject) => { const u = g.modules.dgram.createSocket('udp4'); u.on('error', reject); u.send('x', s.udpPort, '127.0.0.1', (error) => (error ? reject(error) : resolve('sent'))); })`,
      `(() => { const { UDP, SendWrap } = g.internalBinding('udp_wrap'); const udp = new UDP(); udp.bind('127.0.0.1', 0, 0); const r = new SendWrap(); const list = [g.outer.Uint8Array.of(120)]; g.kept = [udp, r, list]; if (udp.send(r, list, 1, s.udpPort, '127.0.0.1', false) < 0) no(); return later('sent'); })()`,
    ],
    isSeenByHost: true,
  },
  listen: {
    ways: [
      `settled(g.modules.net.createServer().listen(0, '127.0.0.1'), 'listening')`,
      `settled(new g.classes.Server().listen(0, '127.0.0.1'), 'listening')`,
      `(() => { const { TCP, constants } = g.internalBinding('tcp_wrap'); const tcp = new TCP(constants.SERVER); g.kept = tcp; if (tcp.bind('127.0.0.1', 0) !== 0 || tcp.listen(1) !== 0) no(); return 'listens'; })()`,
    ],
  },
  'look up a name': {
    ways: [
      `new Promise((resolve, reject) => g.modules.dns.lookup('localhost', (error, address) => (error ? reject(error) : resolve(address))))`,
      `(() => { const { GetAddrInfoReqWrap, getaddrinfo } = g.internalBinding('cares_wrap'); return new Promise((resolve, reject) => { const r = new GetAddrInfoReqWrap(); r.oncomplete = (error, list) => (error ? reject(error) : resolve(list[0])); if (getaddrinfo(r, 'localhost', 4, 0, 0) !== 0) reject(new Error('refused')); }); })()`,
    ],
  },
  'start a program': {
    ways: [
      `String(g.modules.child_process.execFileSync('/bin/echo', ['ran'])).trim() || no()`,
      `(() => { const r = g.internalBinding('spawn_sync').spawn({ file: '/bin/echo', args: ['echo', 'ran'], envPairs: [], stdio: [{ type: 'pipe', readable: true }, { type: 'pipe', writable: true }] }); return r.error ? no() : 'ran'; })()`,
    ],
  },
  'start a thread': {
    ways: [
      `new Promise((resolve, reject) => new g.modules.worker_threads.Worker('1', { eval: true, execArgv: [] }).on('online', () => resolve('online')).on('error', reject))`,
    ],
  },
  'signal the host': {
    ways: [
      `g.process.kill(s.hostPid, 'SIGUSR2')`,
      `g.processKill(s.hostPid, 'SIGUSR2') && later('sent')`,
      `g.internalBinding('process_methods')._kill(s.hostPid, 12) === 0 ? later('sent') : no()`,
      `g.processDebug(s.hostPid)`,
    ],
    isSeenByHost: true,
  },
  "another module's data": {
    ways: [
      `g.modules.worker_threads.getEnvironmentData('victim') ?? no()`,
      `new Promise((resolve) => { const c = new g.globals.BroadcastChannel('victim'); c.onmessage = (event) => resolve(event.data); })`,
      `new Promise((resolve) => { const h = g.internalBinding('messaging').broadcastChannel('victim'); h.onmessage = resolve; h[Symbol.for('nodejs.internal.kHybridDispatch')] = resolve; h.start(); })`,
    ],
    evidence: 'victim-',
  },
  'a descriptor by number': {
    ways: [
      `firstOf([s.openFd], (fd) => g.modules.fs.readFileSync(fd, 'utf8'))`,
      `someFd((fd) => text(readAll(g.modules.fs, fd)))`,
      `firstOf([s.openFd], (fd) => forged(fd).then((file) => file.readFile('utf8')))`,
    ],
    evidence: 'descriptor-',
  },
  "the host's environment": {
    ways: [
      `g.modules.process.report.getReport().environmentVariables.PHLOW_VICTIM`,
      `g.processReport.getReport().environmentVariables.PHLOW_VICTIM`,
      `g.internalBinding('report').getReport(new Error('x')).match(/victim-\\d/)[0]`,
      `g.internalBinding('credentials').safeGetenv('PHLOW_VICTIM') ?? no()`,
      `g.modules.fs.readFileSync('/proc/' + s.hostPid + '/environ', 'utf8')`,
      `g.process.env.PHLOW_VICTIM ?? no()`,
      `g.outer.process.env.PHLOW_VICTIM ?? no()`,
    ],
    evidence: 'victim-',
  },
  'open the inspector': {
    ways: [
      `(g.modules.inspector.open(0, '127.0.0.1'), g.modules.inspector.url()) ?? no()`,
      `(() => { const session = new g.modules.inspector.Session(); session.connect(); return 'connected'; })()`,
      `(() => { const i = g.internalBinding('inspector'); i.open(0, '127.0.0.1'); return i.url() ?? no(); })()`,
    ],
  },
  'crash the host': {
    ways: [
      `crashDecoder()`,
      `crashBlob()`,
      `g.processAbort()`,
      `g.internalBinding('process_methods').causeSegfault()`,
      `g.internalBinding('process_methods').abort()`,
      `g.internalBinding('buffer').copy(1, 2, 3, 4, 5)`,
      `new (g.internalBinding('http_parser').HTTPParser)().execute(1)`,
      `g.internalBinding('util').getCallSites(-1)`,
      `g.internalBinding('zlib') && new (g.internalBinding('zlib').Zlib)(99)`,
      `g.modules.process.dlopen({ exports: {} }, 1)`,
    ],
    isSeenByHost: true,
    isDeadly: true,
  },
} as const satisfies Readonly<Record<string, Power>>;

export type PowerName = keyof typeof POWERS;

/** Functions that the ways use; evaluated where they are. */
export const HELPERS = `
  const no = () => { throw new Error('denied'); };
  const text = (bytes) => g.outer.String.fromCharCode(...bytes);
  const later = (value) => new Promise((resolve) => g.wait(() => resolve(value)));
  const settled = (emitter, event) => new Promise((resolve, reject) => { emitter.on('error', reject); emitter.on(event, () => resolve(event)); });
  const fds = [s.openFd, ...Array.from({ length: 20 }, (_, i) => i)];
  const firstOf = async (list, run) => { for (const fd of list) { try { const found = await run(fd); if (String(found).includes('descriptor-')) return found; } catch {} } no(); };
  const someFd = (run) => firstOf(fds, run);
  const readAll = (fs, fd) => { const bytes = new g.outer.Uint8Array(64); return bytes.subarray(0, fs.readSync(fd, bytes, 0, 64, 0)); };
  const symbolOf = (from, name) => { for (let at = from; at !== null; at = Object.getPrototypeOf(at)) { const found = Object.getOwnPropertySymbols(at).find((symbol) => symbol.description === name); if (found !== undefined) return found; } no(); };
  const forged = (fd) => new Promise((resolve, reject) => {
    const signal = g.classes.transferable(new g.globals.AbortController().signal);
    const native = new (g.internalBinding?.('fs').FileHandle ?? Object)(fd);
    signal[symbolOf(signal, 'messaging_transfer_symbol')] = () => ({ data: { handle: native }, deserializeInfo: 'internal/fs/promises:FileHandle' });
    signal[symbolOf(signal, 'messaging_transfer_list_symbol')] = () => [native];
    const copy = g.globals.structuredClone(signal, { transfer: [signal] });
    resolve(copy);
    g.wait(() => reject(new Error('nothing')));
  });
  const socketOf = (handle) => handle?.connect ? handle : no();
  const crashBlob = () => { const { Blob } = g.modules.buffer; const blob = new Blob(['x']); for (const symbol of Object.getOwnPropertySymbols(blob)) if (typeof blob[symbol] === 'object') blob[symbol] = {}; new Blob([blob]); };
  const crashDecoder = () => { const decoder = new g.globals.TextDecoder('utf-16le'); for (const symbol of Object.getOwnPropertySymbols(decoder)) if (typeof decoder[symbol] === 'object') decoder[symbol] = {}; decoder.decode(new g.outer.Uint8Array(8)); };
`;
