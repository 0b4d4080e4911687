// Shared by attacks: tells objects of another realm from those of the module's own, and uses the first that it finds.
const ROOT = Object.prototype;
const OWN_SYMBOLS = new Set(Object.getOwnPropertyNames(Symbol).map((name) => Symbol[name]));
const FUNCTIONS = new Set(
  [() => 0, async () => 0, function* () {}, async function* () {}].map((made) => Object.getPrototypeOf(made)),
);

let breathedAt = 0;

/** Lets the platform have a turn now and then: a module that gives no sign of life is ended. */
export async function breathe() {
  if (Date.now() - breathedAt < 200) return;
  await new Promise((resolve) => setTimeout(resolve, 1));
  breathedAt = Date.now();
}

/** Walks over everything reachable from a value; the names of what belongs to no realm of ours. */
export function foreignIn(value, most = 1_500) {
  const found = [];
  const seen = new Set();
  const queue = [[value, 'it']];
  while (queue.length > 0 && seen.size < most) {
    const [at, path] = queue.shift();
    if ((typeof at !== 'object' && typeof at !== 'function') || at === null || seen.has(at)) continue;
    seen.add(at);
    try {
      let top = at;
      for (let up = 0, next; up < 50 && (next = Object.getPrototypeOf(top)) !== null; up++) top = next;
      const isFunction = typeof at === 'function';
      if (top !== ROOT && (top.constructor !== undefined || (isFunction && !FUNCTIONS.has(top))))
        found.push([at, `${path} has another root`]);
      if (isFunction && top === at) found.push([at, `${path} is a function without a prototype of ours`]);
      queue.push([Object.getPrototypeOf(at), `${path}.__proto__`]);
      for (const key of Reflect.ownKeys(at).slice(0, 400)) {
        const name = `${path}.${String(key)}`;
        // The compartment library keeps its `harden` under this one.
        if (typeof key === 'symbol' && !OWN_SYMBOLS.has(key) && key !== Symbol.for('harden'))
          found.push([at, `${name} is an odd symbol`]);
        const described = Reflect.getOwnPropertyDescriptor(at, key);
        queue.push([described?.value, name], [described?.get, name], [described?.set, name]);
        if (described?.get) {
          try {
            queue.push([Reflect.apply(described.get, at, []), name]);
          } catch (error) {
            queue.push([error, `${name} threw`]);
          }
        }
      }
    } catch (error) {
      queue.push([error, `${path} threw`]);
    }
  }
  return found;
}

/** What foreign objects there are in a value, and what can be had through them. */
export function loot(value, pkg, most) {
  return foreignIn(value, most)
    .map(([object, path]) => `FOREIGN ${path} ${useOf(object, pkg)}`)
    .join('\n');
}

function useOf(object, pkg) {
  for (const text of ['return process', 'return globalThis.process', 'return this']) {
    try {
      const make = typeof object === 'function' ? object.constructor : object.constructor.constructor;
      const world = make(text)();
      const fs = world?.getBuiltinModule?.('fs') ?? world?.mainModule?.require('fs');
      if (fs) return fs.readFileSync(pkg.secretFile, 'utf8');
    } catch {
      // Another way, then.
    }
  }
  return '';
}

/** A rejection that nobody handles ends the module, and with it the attack. */
export function quiet(value) {
  try {
    if (value instanceof Promise) value.then(undefined, () => undefined);
  } catch {
    // It only looks like one.
  }
}

/** Calls something and walks over what it gives or throws. */
export function tried(run, pkg, most = 400) {
  try {
    const result = run();
    quiet(result);
    return loot(result, pkg, most);
  } catch (error) {
    return loot(error, pkg, most);
  }
}

/** Some things never come. */
function late() {
  return new Promise((resolve) => setTimeout(resolve, 20, 'late'));
}

/** The same of something that ends later. */
export async function triedLater(run, pkg, most = 400) {
  await breathe();
  try {
    const promise = run();
    return `${loot(promise, pkg, most)}${loot(await Promise.race([promise, late()]), pkg, most)}`;
  } catch (error) {
    return loot(error, pkg, most);
  }
}

/** Calls of everything that the platform gives, with arguments that make it do its work. */
export function platformCalls(pkg, ctx) {
  const bytes = new Uint8Array([0xe2, 0x82, 0xac, 0xff, 0xfe]);
  const calls = {
    url: () => new URL('/a?b#c', 'http://x.example'),
    badUrl: () => new URL('http://['),
    setUrl: () => Object.assign(new URL('http://x.example'), { port: 'x', search: '?é' }),
    params: () => new URLSearchParams('a=1&b=%FF').sort(),
    decode: () => new TextDecoder('shift_jis', { fatal: true }).decode(bytes),
    decode8: () => new TextDecoder().decode(bytes),
    label: () => new TextDecoder('x-none'),
    encode: () => new TextEncoder().encodeInto('é', new Uint8Array(1)),
    atob: () => atob('é'),
    btoa: () => btoa('\u0100'),
    clone: () => structuredClone({ a: [new Date(), /x/, new Map([[1, 2]])], f: () => 0 }),
    clones: () => structuredClone(new Error('x', { cause: new Set([1]) })),
    abort: () => AbortSignal.abort(),
    any: () => AbortSignal.any([AbortSignal.abort(1), new AbortController().signal]),
    timeout: () => AbortSignal.timeout(1e6),
    event: () => new EventTarget().dispatchEvent(new Event('x')),
    micro: () => queueMicrotask(() => undefined),
    timer: () => clearTimeout(setTimeout(() => undefined, 1e6)),
    log: () => ctx.context.log.info('x', { a: 1 }),
    console: () => console.log('x', new Error('y')),
    random: () => crypto.getRandomValues(new Uint8Array(8)),
    uuid: () => crypto.randomUUID(),
    now: () => [Date.now(), new Date().toLocaleString(), performance.now()],
    intl: () => new Intl.Segmenter('th', { granularity: 'word' }).segment('กขค')[Symbol.iterator]().next(),
    code: () => Function('a', 'return [a, this]')(1),
    require: () => require('fs'),
    headers: () => new Headers({ a: 'b' }),
    request: () => new Request('http://x.example', { body: 'x', method: 'POST' }),
    response: () => new Response('x'),
  };
  const later = {
    digest: () => crypto.subtle.digest('SHA-256', bytes),
    key: () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']),
    badKey: () => crypto.subtle.importKey('raw', bytes, 'AES-GCM', true, ['encrypt']),
    read: () => ctx.context.fs.readText('ok.txt'),
    noRead: () => ctx.context.fs.readText('/none'),
    fetched: () => ctx.context.net.fetch(`http://${pkg.okHost}/`),
    notFetched: () => ctx.context.net.fetch('http://127.0.0.1:1/'),
    imported: () => Function('return im' + 'port("fs")')(),
    sleep: () => ctx.context.clock?.sleep?.(1),
  };
  return { calls, later };
}
