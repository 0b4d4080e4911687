import { followAbort } from '../../follow-abort.js';
import { listen } from '../../http/listener.js';
import { LISTEN_LIMITS } from '../../http/limits.js';
import type { HttpListener, ListenLimits } from '../../sdk/http.js';
import { isMap, type Value } from '../../values.js';
import type { OpenedListener } from '../capabilities.js';
import type { ListenGrant } from '../effective.js';
import type { HandOver } from './broker.js';
import { denied, failed } from './denied.js';
import { WholeBodies } from './whole-bodies.js';

/** Most listeners of one module instance. */
const MAX_LISTENERS = 8;

/** The most that a module may set limits to: what it lets in costs the host too. */
const MAX_LIMITS: ListenLimits = Object.freeze({
  maxHeaderBytes: 65_536,
  maxBodyBytes: 64 * 1_048_576,
  headersTimeoutMs: 60_000,
  requestTimeoutMs: 600_000,
  keepAliveTimeoutMs: 120_000,
  writeTimeoutMs: 120_000,
  maxConnections: 10_000,
  maxRequestsPerConnection: 1_000_000,
  maxRequests: 1_000,
});

/** The sockets that the host holds open in the place of one module, and the requests that come in on them. */
export class Listeners {
  readonly #grants: readonly ListenGrant[];
  readonly #open = new Map<number, { readonly listener: HttpListener; readonly unfollow: () => void }>();
  #opened = 0;
  /** Of those that are open or about to be. */
  #count = 0;
  #isClosed = false;

  constructor(grants: readonly ListenGrant[]) {
    this.#grants = grants;
  }

  /** Opens a listener whose requests go to the module until `ended` aborts. */
  async open(
    options: unknown,
    handOver: HandOver | undefined,
    ended: AbortSignal | undefined,
  ): Promise<Value> {
    const place = placeOf(options);
    const attempt = `listen on ${place}`;
    const { host, port, limits: wished, compress, wholeBodies } = isMap(options) ? options : {};
    if (typeof host !== 'string' || typeof port !== 'number')
      throw denied(attempt, 'it takes { host, port }, a text and a number');
    if (!this.#grants.some((grant) => covers(grant, host, port))) {
      const reason = `${place} was not granted; the module's phlow.yaml must ask for it under permissions.net.listen and the owner grant it`;
      throw denied(attempt, reason, { permission: 'net.listen', target: place });
    }
    if (handOver === undefined) throw failed(attempt, 'nothing would take the requests');
    if (this.#count >= MAX_LISTENERS)
      throw denied(attempt, `the module has ${MAX_LISTENERS} listeners already; close some of them`);
    const id = ++this.#opened;
    const limits = limitsOf(wished);
    const whole = new WholeBodies((request, body) => handOver(id, request, body));
    this.#count++;
    let listener: HttpListener;
    try {
      listener = await listen({ host, port, limits, compress: compress === true }, (request) =>
        wholeBodies === true ? whole.answer(request) : handOver(id, request),
      );
    } catch (error) {
      this.#count--;
      throw error;
    }
    this.#open.set(id, { listener, unfollow: followAbort(ended, () => void this.#end(id)) });
    if (this.#isClosed || ended?.aborted === true) {
      await this.#end(id);
      throw denied(attempt, 'the module has stopped');
    }
    return { listener: id, port: listener.port } satisfies OpenedListener;
  }

  /** Does what the module asks of one of its listeners: `drain`, `close`, `figures`. */
  async ask(id: number, what: string): Promise<Value> {
    const { listener } = this.#open.get(id) ?? {};
    if (listener === undefined) return null;
    switch (what) {
      case 'drain':
        await listener.drain();
        return null;
      case 'close':
        await this.#end(id);
        return null;
      case 'figures':
        return { ...(await listener.figures()) };
      default:
        throw denied(`ask a listener for ${JSON.stringify(what.slice(0, 40))}`, 'there is no such thing');
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#open.keys()].map((id) => this.#end(id)));
  }

  async #end(id: number): Promise<void> {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    this.#count--;
    open.unfollow();
    await open.listener.close();
  }
}

/** Where somebody wants to listen, in words: `HOST:PORT`. */
export function placeOf(options: unknown): string {
  const { host, port } = isMap(options) ? options : {};
  const text = typeof host === 'string' ? host.slice(0, 200) : 'no address';
  return `${text.includes(':') ? `[${text}]` : text}:${typeof port === 'number' ? port : 'no port'}`;
}

function covers(grant: ListenGrant, host: string, port: number): boolean {
  const isHost = grant.host === undefined || grant.host === host.toLowerCase();
  return isHost && (grant.port === undefined || grant.port === port);
}

/** The limits that the module wishes for, as far as it may. */
function limitsOf(wished: unknown): ListenLimits {
  const limits: { -readonly [K in keyof ListenLimits]: number } = { ...LISTEN_LIMITS };
  for (const name of Object.keys(limits) as (keyof ListenLimits)[]) {
    const value = isMap(wished) && Object.hasOwn(wished, name) ? wished[name] : undefined;
    // Zero is no limit at all for most of them.
    const isLimit =
      typeof value === 'number' && (value >= 1 || (value === 0 && name === 'maxRequestsPerConnection'));
    if (isLimit) limits[name] = Math.min(value, MAX_LIMITS[name]);
  }
  return limits;
}
