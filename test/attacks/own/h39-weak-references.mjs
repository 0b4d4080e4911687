// class: side channels
// goal: leak
// options: {"success":"GC-SEEN","files":{"phlow.yaml":"name: attack\ndescription: It asks for nothing.\nversion: 1.0.0\nentry: index.mjs\n"}}
// Whether the module can watch the collector, share memory, or make threads wait.
export default async () => {
  const found = [];
  for (const name of [
    'WeakRef',
    'FinalizationRegistry',
    'SharedArrayBuffer',
    'Atomics',
    'WebAssembly',
    'MessageChannel',
    'BroadcastChannel',
    'Worker',
    'gc',
    'SuppressedError',
    'ShadowRealm',
    'Iterator',
    'Blob',
    'fetch',
    'WebSocket',
    'navigator',
    'localStorage',
    'EventSource',
    'require',
    'module',
    'Buffer',
  ]) {
    for (const look of [
      () => globalThis[name],
      () => (0, eval)(name),
      () => new Function(`return ${name}`)(),
      () => self[name],
      () => global[name],
    ]) {
      try {
        const value = look();
        if (typeof value === 'function' || (typeof value === 'object' && value !== null)) found.push(name);
      } catch {
        // Not there.
      }
    }
  }
  const powers = [
    'WeakRef',
    'FinalizationRegistry',
    'SharedArrayBuffer',
    'Atomics',
    'WebAssembly',
    'MessageChannel',
    'BroadcastChannel',
    'Worker',
    'gc',
    'fetch',
    'WebSocket',
  ];
  try {
    const memory = new ArrayBuffer(8, { maxByteLength: 16 });
    found.push(structuredClone(memory, { transfer: [memory] }) === undefined ? 'x' : '');
  } catch {
    // Fixed ones only.
  }
  return found.some((name) => powers.includes(name)) ? `GC-SEEN ${found}` : found.join();
};
