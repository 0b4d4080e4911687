import { compileFunction } from 'node:vm';
import { PhlowError } from '../errors.js';
import { withoutAdditions } from './prototype-additions.js';

/**
 * Calls `run`, which uses the compiler of schemas, in an environment that it can work in; nothing else runs meanwhile. It makes functions with
 * `new Function`, which Node's `--disallow-code-generation-from-strings` forbids: there `node:vm` makes them, as it does everywhere else in phlow
 * (`checkFromCode`). The text is the compiler's own, and holds what comes from a schema as literals only.
 */
export function whileCompiling<T>(run: () => T): T {
  return withoutAdditions(() => (makesFunctions() ? run() : withOtherFunction(run)));
}

/** Whether the language makes functions of text here. The setting may change while a process runs, by `v8.setFlagsFromString`. */
function makesFunctions(): boolean {
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- an empty function, to see whether there can be one
    return typeof new Function() === 'function';
  } catch {
    return false;
  }
}

function withOtherFunction<T>(run: () => T): T {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'Function');
  if (!Reflect.defineProperty(globalThis, 'Function', { ...before, value: FunctionOfText })) {
    throw new PhlowError(
      'PHLOW_ENGINE_UNSUPPORTED',
      'Cannot compile the schemas of a manifest: this process was started with --disallow-code-generation-from-strings, and something has ' +
        'locked its global Function; start without the flag, or lock Function after the modules are loaded',
    );
  }
  try {
    return run();
  } finally {
    if (before !== undefined) Object.defineProperty(globalThis, 'Function', before);
  }
}

/** Stands in for `Function`: parameters, and the text of the body last. */
function FunctionOfText(...texts: readonly string[]): unknown {
  return compileFunction(texts.at(-1) ?? '', texts.slice(0, -1));
}
