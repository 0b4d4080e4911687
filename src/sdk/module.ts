import type { Value, ValueMap } from '../values.js';
import type { Context, MainContext, Package } from './context.js';
import type { Violation } from './violation.js';

/**
 * Handles one package. The value it returns is the reply; what it throws becomes a fault at the caller. An async generator replies with a
 * stream: `module.stream()` reads it item by item, `module.call()` gets all items as one array.
 */
export type Handler<Input = Value, With = ValueMap, State = undefined> = (
  pkg: Package<Input>,
  context: Context<With>,
  state: State,
) => unknown;

/** A step module: answers packages. */
export interface StepDefinition<Input = Value, With = ValueMap, State = undefined> {
  /** Runs once before the first package; what it returns is handed to every handler call as `state`. */
  start?(context: Context<With>): State | Promise<State>;
  handler: Handler<Input, With, State>;
  /**
   * Turns an input that breaks the manifest's schema into a reply. Without it the caller gets `PHLOW_INPUT_INVALID` and the handler is
   * not called either way.
   */
  invalid?(
    violations: readonly [Violation, ...Violation[]],
    pkg: Package<unknown>,
    context: Context<With>,
  ): unknown;
  /** Runs when the module is asked to stop, after the packages in flight have been answered. */
  stop?(state: State): void | Promise<void>;
}

/** A main module: starts runs of the flow. With a `handler` it is a hybrid (`type: any`) and answers packages as well. */
export interface MainDefinition<Input = Value, With = ValueMap, State = undefined> {
  start?(context: Context<With>): State | Promise<State>;
  /** Runs when the flow names this module as its `main`; the flow's host ends when it returns. */
  main(context: MainContext<With>, state: State): unknown;
  handler?: Handler<Input, With, State>;
  invalid?(
    violations: readonly [Violation, ...Violation[]],
    pkg: Package<unknown>,
    context: Context<With>,
  ): unknown;
  stop?(state: State): void | Promise<void>;
}

/**
 * Declares a step module; its result is the entry file's default export.
 *
 * @example
 * export default createStep((pkg) => pkg.input);
 */
export function createStep<Input = Value, With = ValueMap, State = undefined>(
  definition: Handler<Input, With, State> | StepDefinition<Input, With, State>,
): StepDefinition<Input, With, State> {
  return typeof definition === 'function' ? { handler: definition } : definition;
}

/** Declares a main or hybrid module; its result is the entry file's default export. */
export function createMain<Input = Value, With = ValueMap, State = undefined>(
  definition: MainDefinition<Input, With, State>,
): MainDefinition<Input, With, State> {
  return definition;
}
