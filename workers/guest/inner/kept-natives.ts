/**
 * What Node's own code still calls in native groups once a guest is locked, found by watching every look-up on Node 20, 22, 24 and 26 while
 * modules did all that they may do. Functions that Node's code has taken out of a group when it was loaded are not looked up again.
 */
export const KEPT_NATIVES: Readonly<Record<string, readonly string[]>> = {
  async_wrap: ['async_ids_stack'],
  encoding_binding: ['decodeUTF8', 'encodeInto', 'encodeIntoResults', 'encodeUtf8String'],
  messaging: ['QuotaExceededError'],
  timers: ['getLibuvNow', 'scheduleTimer', 'toggleImmediateRef', 'toggleTimerRef'],
  url: ['parse', 'update', 'urlComponents'],
};

/** Methods of native classes that Node calls on the two things which stay open: the channel to the host, and timers. */
export const KEPT_METHODS: ReadonlySet<string> = new Set([
  'addEventListener',
  'close',
  'constructor',
  'dispatchEvent',
  'getAsyncId',
  'hasRef',
  'readStart',
  'readStop',
  'ref',
  'removeEventListener',
  'shutdown',
  'unref',
  'useUserBuffer',
  'writeBuffer',
  'writeLatin1String',
  'writeUtf8String',
  'writev',
]);

/** Groups that are neither loaded nor emptied, each with its reason. */
export const POWERLESS_NATIVES: Readonly<Record<string, string>> = {
  constants: 'numbers and names',
  // Loaded when a module asks for random numbers or digests, long after the walls stand.
  crypto: 'computes; no file, descriptor or socket is reached from it',
  block_list: 'compares addresses',
  cjs_lexer: 'reads a text',
  config: 'numbers and names',
  http2: 'speaks over a connection that somebody else has made',
  http_parser: 'reads bytes',
  ipc_serdes: 'reads and writes bytes',
  js_stream: 'a stream whose ends are code',
  serdes: 'reads and writes bytes',
  stream_pipe: 'connects two streams that somebody else has made',
  string_decoder: 'reads bytes',
  symbols: 'names',
  types: 'asks what a value is',
  url_pattern: 'compares texts',
  // The error of a channel that breaks is made from them.
  uv: 'numbers and names',
  zlib: 'computes',
};

/** The other groups of native code of the Nodes that we run on; a test compares both with what Node's own code asks for. */
export const NATIVE_GROUPS: readonly string[] =
  `async_context_frame async_wrap blob buffer builtins cares_wrap contextify credentials dtls encoding_binding errors ffi fs fs_dir
  fs_event_wrap heap_utils icu inspector js_udp_wrap locks messaging mksnapshot module_wrap modules options os performance permission
  pipe_wrap process_methods process_wrap profiler quic report sea signal_wrap spawn_sync sqlite stream_wrap task_queue tcp_wrap timers
  tls_wrap trace_events tty_wrap udp_wrap url util v8 wasi wasm_web_api watchdog webstorage worker`.split(
    /\s+/,
  );
