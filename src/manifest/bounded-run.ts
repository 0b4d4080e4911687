import { createContext, Script, type Context } from 'node:vm';
import { PhlowError } from '../errors.js';

const script = new Script('run()');
// One context for all: making one takes longer than a check, and costs the garbage collector as much again (measured).
const sandbox: { run: (() => void) | undefined } = { run: undefined };
let context: Context | undefined;

/**
 * Calls `run` and gives up after `mostMs`. A manifest comes from whoever wrote the module, and a few lines of it (a pattern that backtracks, a
 * schema that refers to itself) can keep a checker busy for ever, here on the host's own thread.
 *
 * @throws PhlowError whatever `run` throws as one; anything else, running out of time or stack included, as the error `refuse` makes.
 */
export function boundedRun<T>(
  run: () => T,
  mostMs: number,
  refuse: (reason: string, cause: unknown) => PhlowError,
): T {
  let result: { readonly value: T } | undefined;
  let thrown: { readonly error: unknown } | undefined;
  const task = (): void => {
    try {
      result = { value: run() };
    } catch (error) {
      thrown = { error };
    }
  };
  try {
    sandbox.run = task;
    context ??= createContext(sandbox);
    script.runInContext(context, { timeout: mostMs });
  } catch (error) {
    thrown = { error };
  } finally {
    sandbox.run = undefined;
  }
  if (thrown !== undefined) {
    if (thrown.error instanceof PhlowError) throw thrown.error;
    throw refuse(reasonOf(thrown.error, mostMs), thrown.error);
  }
  if (result === undefined) throw refuse('the check did not end', undefined);
  return result.value;
}

function reasonOf(error: unknown, mostMs: number): string {
  if (hasCode(error, 'ERR_SCRIPT_EXECUTION_TIMEOUT')) return `checking it took longer than ${mostMs} ms`;
  if (isNamed(error, 'RangeError')) return 'it is nested too deeply or refers to itself without end';
  return `the check failed: ${String(error)}`;
}

/** True for an error of this name; not `instanceof`, because it may come from another realm. */
export function isNamed(error: unknown, name: string): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === name;
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
