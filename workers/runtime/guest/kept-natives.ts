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
  'writeLatin1String',
  'writeUtf8String',
]);

/** Groups that are neither loaded nor emptied, each with its reason. */
export const POWERLESS_NATIVES: Readonly<Record<string, string>> = {
  constants: 'numbers and names',
  // Loaded when a module asks for random numbers or digests, long after the walls stand.
  crypto: 'computes; no file, descriptor or socket is reached from it',
  config: 'numbers and names',
  http2: 'speaks over a connection that somebody else has made',
  symbols: 'names',
  types: 'asks what a value is',
  // The error of a channel that breaks is made from them.
  uv: 'numbers and names',
};

/** The other groups of native code of the Nodes that we run on; a test compares both with what Node's own code asks for. */
export const NATIVE_GROUPS: readonly string[] =
  `async_context_frame async_wrap blob block_list buffer builtins cares_wrap cjs_lexer contextify credentials diagnostics_channel dtls
  encoding_binding errors ffi fs fs_dir fs_event_wrap heap_utils http_parser icu inspector ipc_serdes js_stream
  js_udp_wrap locks messaging mksnapshot module_wrap modules options os performance permission pipe_wrap process_methods
  process_wrap profiler quic report sea serdes signal_wrap spawn_sync sqlite stream_pipe stream_wrap string_decoder
  task_queue tcp_wrap timers tls_wrap trace_events tty_wrap udp_wrap url url_pattern util v8 wasi wasm_web_api watchdog
  webstorage worker zlib`.split(/\s+/);
