import { closeModules } from './close-modules.js';
import { emptyNatives } from './empty-natives.js';
import { freezePlatform } from './freeze-platform.js';
import { openNodeInternals, type NodeInternals } from './node-internals.js';

/** Methods that nobody calls any more, of classes that can be met in a guest's container, by the module that has them. */
const TAKEN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  net: { Socket: ['connect'], Server: ['listen'] },
  // What it decodes with lies under a symbol of its own; with anything else there it reads memory that is none.
  'internal/encoding': { TextDecoder: ['decode'] },
  'internal/worker/io': { MessagePort: ['postMessage', 'start'] },
};

/** What Node sets on every port while it makes it. */
const SET_ON_NEW_PORTS = Symbol.for('nodejs.internal.kCurrentlyReceivingPorts');

/** Takes what single classes could still do by functions that Node's code holds in closures. */
function shutClasses({ binding, modules }: NodeInternals): void {
  for (const [id, classes] of Object.entries(TAKEN)) {
    const module = modules.get(id);
    if (module?.loaded !== true) continue;
    for (const [name, methods] of Object.entries(classes)) {
      const { prototype } = (module.exports as Record<string, { readonly prototype: object }>)[name] ?? {};
      for (const method of methods) if (prototype !== undefined) Reflect.deleteProperty(prototype, method);
    }
  }
  const { prototype } = binding('messaging')['MessagePort'] as { readonly prototype: object };
  // The channel that is open has this property already; a port that is made from now on fails here.
  Object.defineProperty(prototype, SET_ON_NEW_PORTS, {
    set() {
      throw new Error('Cannot make a port: a guest has its one channel');
    },
  });
}

/**
 * What stands behind a realm that has fallen: code that holds objects of Node in a guest's thread or process finds nothing behind them. Called
 * once, when all code of ours has been loaded and before any other is.
 */
export function raiseInnerWalls(global: object, platform: NodeJS.Process): void {
  const internals = openNodeInternals(platform);
  shutClasses(internals);
  freezePlatform(internals, global);
  emptyNatives(internals);
  closeModules(internals);
}
