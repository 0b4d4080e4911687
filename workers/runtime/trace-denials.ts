import { createRequire, syncBuiltinESMExports } from 'node:module';
import { dirname, resolve } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { Denial } from '../../src/wire/denial.js';

/** The parts of Node in which the permission model refuses something. */
const WATCHED: readonly string[] = [
  'node:fs',
  'node:fs/promises',
  'node:child_process',
  'node:worker_threads',
];

type ReportDenial = (permission: string, resource: string) => void;
type Callable = (...args: unknown[]) => unknown;

/**
 * Reports to the host what Node's permission model refuses to a guarded module, even where the module catches the error, and which variables and
 * places on the network it looks for. For finding out what a module needs: it decides nothing. Runs before the module's code is loaded.
 */
export function traceDenials(port: MessagePort): void {
  const require = createRequire(import.meta.url);
  const reported = new Set<string>();
  const report: ReportDenial = (permission, resource) => {
    const key = `${permission} ${resource}`;
    if (reported.has(key)) return;
    reported.add(key);
    port.postMessage([permission, resource] satisfies Denial);
  };
  for (const name of WATCHED) {
    const exports = require(name) as Record<string, unknown>;
    // What has no value of its own is loaded when somebody asks for it; asking here would be noticed by everyone.
    for (const [key, { value, writable }] of Object.entries(Object.getOwnPropertyDescriptors(exports)))
      if (typeof value === 'function' && writable === true)
        exports[key] = watched(key, value as Callable, report);
  }
  // Here, so that other threads do not load it: it brings ten files of Node's.
  const { Socket } = require('node:net') as {
    readonly Socket: { readonly prototype: { connect: Callable } };
  };
  const { prototype } = Socket;
  prototype.connect = watchedConnect(prototype.connect, report);
  process.env = watchedEnvironment(process.env, report);
  syncBuiltinESMExports();
}

/** The function itself, with its refusals reported however they come: thrown, handed to a callback, or as a rejection. */
function watched(name: string, given: Callable, report: ReportDenial): Callable {
  const record = (error: unknown): void => {
    const denial = denialIn(error, name);
    if (denial !== undefined) report(...denial);
  };
  const run = (work: () => unknown): unknown => {
    try {
      const result = work();
      if (result instanceof Promise) result.catch(record);
      return result;
    } catch (error) {
      record(error);
      throw error;
    }
  };
  return new Proxy(given, {
    apply: (target, self, args: unknown[]) =>
      run(() => Reflect.apply(target, self, withRecordedCallback(args, record))),
    construct: (target, args, newTarget) =>
      run(() => Reflect.construct(target, args, newTarget) as object) as object,
  });
}

function withRecordedCallback(args: readonly unknown[], record: (error: unknown) => void): unknown[] {
  const last = args.at(-1);
  if (typeof last !== 'function') return [...args];
  const recorded = function (this: unknown, ...results: unknown[]): unknown {
    record(results[0]);
    return Reflect.apply(last, this, results) as unknown;
  };
  return [...args.slice(0, -1), recorded];
}

/** The permission and what it was wanted for, out of the error that Node makes of a refusal. */
function denialIn(error: unknown, name: string): Denial | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, permission, resource } = error as Record<string, unknown>;
  if (code !== 'ERR_ACCESS_DENIED' || typeof permission !== 'string') return undefined;
  const wanted = typeof resource === 'string' ? resource : '';
  if (!permission.startsWith('FileSystem')) return [permission, wanted];
  // The name that mkdtemp would have made is another one each time.
  return [permission, name.startsWith('mkdtemp') ? dirname(resolve(wanted)) : resolve(wanted)];
}

function watchedConnect(given: Callable, report: ReportDenial): Callable {
  return new Proxy(given, {
    apply(target, self, args: unknown[]) {
      const place = placeIn(args);
      if (place !== undefined) report('Net', place);
      return Reflect.apply(target, self, args);
    },
  });
}

/** `host:port` of a connection, by the forms in which a socket takes it; undefined for sockets of the file system. */
function placeIn([first, second]: readonly unknown[]): string | undefined {
  // Node itself hands on arguments that it has put in order.
  const settled: unknown = Array.isArray(first) ? first[0] : first;
  if (typeof settled === 'object' && settled !== null) {
    const { host, port } = settled as Record<string, unknown>;
    return port === undefined || port === null ? undefined : placeText(host, port);
  }
  return typeof first === 'number' ? placeText(second, first) : undefined;
}

function placeText(host: unknown, port: unknown): string {
  const name = typeof host === 'string' && host !== '' ? host : 'localhost';
  return `${name.includes(':') ? `[${name}]` : name}:${String(port)}`;
}

/** Variables that are looked for and not there, by name. */
function watchedEnvironment(env: NodeJS.ProcessEnv, report: ReportDenial): NodeJS.ProcessEnv {
  const record = (name: string | symbol): void => {
    if (typeof name === 'string' && !Object.hasOwn(env, name)) report('Environment', name);
  };
  return new Proxy(env, {
    get(target, name) {
      record(name);
      return Reflect.get(target, name) as unknown;
    },
    has(target, name) {
      record(name);
      return Reflect.has(target, name);
    },
  });
}
