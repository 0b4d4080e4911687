import { PhlowError } from '../../errors.js';
import { isMap, type Value } from '../../values.js';
import { CAPABILITIES, isCapability, type CapabilityName, type CapabilityShape } from '../capabilities.js';
import type { Effective } from '../effective.js';
import { Answer } from './answer.js';
import type { Broker, BrokerOptions, HandOver, PropagatedContext } from './broker.js';
import { ByteBudget } from './byte-budget.js';
import { denied, failedWith } from './denied.js';
import { Files } from './files.js';
import { BROKER_LIMITS } from './limits.js';
import { linkAbort } from './linked-abort.js';
import { Listeners, placeOf } from './listeners.js';
import { urlOf } from './net-target.js';
import { Network } from './network.js';
import { TerminalAccess } from './terminal.js';

/** The checked arguments of one call. */
interface Use {
  readonly args: readonly unknown[];
  readonly signal: AbortSignal;
  readonly answer: Answer;
  /** Aborts when the instance that asks ends: what it has opened ends with it. */
  readonly ending: AbortSignal | undefined;
  readonly propagated: PropagatedContext | undefined;
  /** Where requests of listeners go; undefined for a module that takes none. */
  readonly handOver: HandOver | undefined;
}

/** Opens the broker of one module instance. It holds nothing open between calls; `close()` ends what is under way. */
export function createBroker(effective: Effective, options: BrokerOptions = {}): Broker {
  const limits = { ...BROKER_LIMITS, ...options.limits };
  const files = new Files(effective.fs, limits);
  const network = new Network(effective, limits, options.lookup);
  const mayCall = options.mayCall ?? ((name: string) => effective.modules.includes(name));
  const listeners = new Listeners(effective.listen);
  const terminal = new TerminalAccess(effective, options.terminal);
  const budget = new ByteBudget(limits.maxAnswerBytes);
  const closing = new AbortController();
  const underWay = new Set<Promise<unknown>>();

  // Every capability has its row, or this does not compile.
  const does: Readonly<Record<CapabilityName, (use: Use) => Promise<Value>>> = {
    'fs.readText': ({ args, answer }) => files.readText(text(args, 0), answer),
    'fs.readBytes': ({ args, answer }) =>
      files.readBytes(text(args, 0), flag(args, 1, 'followLinks'), answer),
    'fs.list': ({ args, answer }) => files.list(text(args, 0), answer),
    'fs.stat': ({ args }) => files.stat(text(args, 0)),
    'fs.details': ({ args }) => files.details(text(args, 0)),
    'fs.tree': ({ args, answer }) => files.tree(text(args, 0), flag(args, 1, 'recursive'), answer),
    'fs.replace': (use) =>
      withData(use, 'base64', (path, data) =>
        files.replace(path, data, {
          mayReplace: flag(use.args, 2, 'overwrite'),
          makeParents: flag(use.args, 2, 'parents'),
        }),
      ),
    'fs.makeFolder': ({ args }) => files.makeFolder(text(args, 0), { makeParents: flag(args, 1, 'parents') }),
    'fs.writeText': (use) => withData(use, 'utf8', (path, data) => files.write(path, data, 'write')),
    'fs.writeBytes': (use) => withData(use, 'base64', (path, data) => files.write(path, data, 'write')),
    'fs.appendText': (use) => withData(use, 'utf8', (path, data) => files.write(path, data, 'append')),
    'fs.remove': ({ args }) => files.remove(text(args, 0)),
    'net.fetch': ({ args, answer }) => network.fetch(text(args, 0), args[1], answer),
    'net.listen': ({ args, handOver, ending }) => listeners.open(args[0], handOver, ending),
    'net.listener': ({ args }) => listeners.ask(count(args, 0), text(args, 1)),
    'net.open': ({ args, answer, ending }) =>
      network.open(text(args, 0), args[1], answer, [closing.signal, ending]),
    'net.read': ({ args, signal }) => network.read(count(args, 0), signal),
    'net.close': ({ args }) => {
      network.closeResponse(count(args, 0));
      return Promise.resolve(null);
    },
    'module.call': (use) => callModule(text(use.args, 0), use),
    'terminal.look': () => Promise.resolve(terminal.look()),
    'terminal.write': ({ args }) => terminal.write(text(args, 0), args[1]),
    'terminal.read': () => terminal.read(),
    'terminal.exitWith': ({ args }) => terminal.exitWith(count(args, 0)),
  };

  /** Writes the second argument to the path that the first one is. The bytes that are made of it count as those of answers do. */
  async function withData(
    { args, answer }: Use,
    encoding: 'utf8' | 'base64',
    write: (path: string, data: Buffer) => Promise<Value>,
  ): Promise<Value> {
    const data = text(args, 1);
    await answer.reserve(Math.min(data.length, limits.maxAnswerBytes));
    await answer.convert(data.length);
    const result = await write(text(args, 0), Buffer.from(data, encoding));
    answer.release();
    return result;
  }

  async function callModule(name: string, { args, signal, propagated }: Use): Promise<Value> {
    const attempt = `call module "${name.slice(0, 64)}"`;
    if (options.callModule === undefined || !mayCall(name)) {
      const reason = `"${effective.module}" was not granted it; its phlow.yaml must ask for it under permissions.modules and the owner grant it`;
      throw denied(attempt, reason, { permission: 'modules', target: name.slice(0, 64) });
    }
    const hops = (propagated?.hops ?? options.hops?.() ?? 0) + 1;
    if (hops > limits.maxHops)
      throw denied(attempt, `the package has passed through ${limits.maxHops} modules already`);
    // The wire carries plain data only, so whatever came over it is a Value.
    return options.callModule(name, args[1] as Value, {
      ...propagated,
      from: effective.module,
      hops,
      signal,
    });
  }

  async function perform(name: CapabilityName, use: Use): Promise<Value> {
    const target = targetOf(name, use.args);
    try {
      const result = await does[name](use);
      options.record?.({ capability: name, target, outcome: 'done' });
      return result;
    } catch (error) {
      const outcome =
        error instanceof PhlowError && error.code === 'PHLOW_PERMISSION_DENIED' ? 'denied' : 'failed';
      options.record?.({ capability: name, target, outcome });
      // What a called module failed with is the caller's business; what the system said is not.
      throw name === 'module.call' ? error : failedWith(`${name} ${target}`, error);
    }
  }

  return {
    async call(name, args, signal, propagated, handOver, costs) {
      if (closing.signal.aborted) throw denied(`use ${name.slice(0, 40)}`, 'the module has stopped');
      if (!isCapability(name))
        throw denied(`use ${JSON.stringify(name.slice(0, 40))}`, 'there is no such capability');
      if (underWay.size >= limits.maxInFlight)
        throw denied(
          `use ${name}`,
          `${limits.maxInFlight} calls are under way already; wait for some of them`,
        );
      assertArguments(name, args);
      const abort = linkAbort([closing.signal, signal]);
      const answer = new Answer(abort.signal, budget, costs);
      let isSent = false;
      const work = perform(name, {
        args,
        signal: abort.signal,
        answer,
        ending: signal,
        propagated,
        handOver,
      });
      underWay.add(work);
      try {
        const result = await work;
        await answer.beforeSent();
        isSent = true;
        return result;
      } finally {
        answer.end(isSent);
        underWay.delete(work);
        abort.release();
      }
    },
    async close() {
      closing.abort();
      network.close();
      await listeners.close();
      await Promise.allSettled(underWay);
    },
  };
}

const IS: Readonly<Record<CapabilityShape, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  bytes: (value) => typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value),
  value: () => true,
  options: (value) => value === undefined || (typeof value === 'object' && value !== null),
  count: (value) => Number.isSafeInteger(value),
  'listen-options': (value) => typeof value === 'object' && value !== null,
  // Results only: never asked of an argument.
  'fetch-response': () => false,
  'open-response': () => false,
  listener: () => false,
  chunk: () => false,
  entries: () => false,
  entry: () => false,
  details: () => false,
  tree: () => false,
  replaced: () => false,
  terminal: () => false,
  nothing: () => false,
};

function assertArguments(name: CapabilityName, args: readonly unknown[]): void {
  const { args: shapes, required } = CAPABILITIES[name];
  if (args.length < required || args.length > shapes.length)
    throw denied(`use ${name}`, `it takes ${shapes.length} arguments and got ${args.length}`);
  const wrong = shapes.findIndex((shape, i) => i < args.length && !IS[shape](args[i]));
  if (wrong !== -1) throw denied(`use ${name}`, `argument ${wrong + 1} must be ${shapes[wrong] ?? 'absent'}`);
}

/** An argument that `assertArguments` has seen to be text. */
function text(args: readonly unknown[], index: number): string {
  const value = args[index];
  return typeof value === 'string' ? value : '';
}

/** An argument that `assertArguments` has seen to be a whole number. */
function count(args: readonly unknown[], index: number): number {
  const value = args[index];
  return typeof value === 'number' ? value : 0;
}

/** True for a member of the options that is `true`; everything else is no. */
function flag(args: readonly unknown[], index: number, name: string): boolean {
  const options = args[index];
  return isMap(options) && options[name] === true;
}

/** What the audit names: never a query or a fragment of a URL, which may hold secrets. */
function targetOf(name: CapabilityName, args: readonly unknown[]): string {
  const first = text(args, 0);
  if (name === 'net.listen') return placeOf(args[0]);
  if (name !== 'net.fetch' && name !== 'net.open') return first.slice(0, 200);
  const url = urlOf(first);
  if (url === undefined) return 'not a URL';
  const { protocol, hostname, port } = url;
  return `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}
