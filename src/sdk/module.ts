import type { Value, ValueMap } from '../values.js';
import type { Context, EventMap, MainContext, Package, StartContext } from './context.js';
import type { StandardSchema } from './standard-schema.js';
import type { Violation } from './violation.js';

/**
 * Handles one package. The value it returns is the reply; what it throws becomes a fault at the caller. An async generator replies with a
 * stream: `module.stream()` reads it item by item, `module.call()` gets all items as one array.
 */
export type Handler<Input = Value, With = ValueMap, State = undefined, Events = EventMap> = (
  pkg: Package<Input>,
  context: Context<With, Events>,
  state: State,
) => unknown;

/** Validators of a library that keeps to Standard Schema: zod, valibot, arktype and others. */
export interface Validators<Input> {
  /**
   * Looks at each input after the manifest's own check; the handler gets what it makes of it, with its type. What it refuses is refused like a violation of the
   * manifest: `invalid`, or PHLOW_INPUT_INVALID.
   */
  readonly input?: StandardSchema<unknown, Input>;
  /**
   * Looks at each reply before the manifest's own check, and may change it; what it refuses is PHLOW_OUTPUT_INVALID at the caller. Items of streams pass
   * unseen.
   */
  readonly output?: StandardSchema;
}

/** A step module: answers packages. */
export interface StepDefinition<
  Input = Value,
  With = ValueMap,
  State = undefined,
  Events = EventMap,
> extends Validators<Input> {
  /** Runs once before the first package; what it returns is handed to every handler call as `state`. */
  start?(context: Context<With, Events>): State | Promise<State>;
  handler: Handler<Input, With, State, Events>;
  /**
   * Turns an input that breaks the manifest's schema into a reply. Without it the caller gets `PHLOW_INPUT_INVALID` and the handler is
   * not called either way.
   */
  invalid?(
    violations: readonly [Violation, ...Violation[]],
    pkg: Package<unknown>,
    context: Context<With, Events>,
  ): unknown;
  /** Runs when the module is asked to stop, after the packages in flight have been answered. */
  stop?(state: State): void | Promise<void>;
}

/** A main module: starts runs of the flow. With a `handler` it is a hybrid (`type: any`) and answers packages as well. */
export interface MainDefinition<
  Input = Value,
  With = ValueMap,
  State = undefined,
  Events = EventMap,
> extends Validators<Input> {
  start?(context: StartContext<With, Events>): State | Promise<State>;
  /** Runs when the flow names this module as its `main`; the flow's host ends when it returns. */
  main(context: MainContext<With, Events>, state: State): unknown;
  /**
   * Runs when the flow is about to be closed, while `dispatch` still starts runs: take nothing more in, hand over what has come, and resolve once
   * nothing is left. It gets no more time than the runs in progress do; then `signal` aborts and `stop` runs.
   */
  drain?(state: State): void | Promise<void>;
  handler?: Handler<Input, With, State, Events>;
  invalid?(
    violations: readonly [Violation, ...Violation[]],
    pkg: Package<unknown>,
    context: Context<With, Events>,
  ): unknown;
  stop?(state: State): void | Promise<void>;
}

/**
 * Declares a step module; its result is the entry file's default export.
 *
 * @example
 * export default createStep((pkg) => pkg.input);
 *
 * @example
 * export default createStep({ input: z.object({ by: z.number() }), handler: (pkg) => pkg.input.by });
 */
export function createStep<Input = Value, With = ValueMap, State = undefined, Events = EventMap>(
  definition: Handler<Input, With, State, Events> | StepDefinition<Input, With, State, Events>,
): StepDefinition<Input, With, State, Events> {
  return typeof definition === 'function' ? { handler: definition } : definition;
}

/** Declares a main or hybrid module; its result is the entry file's default export. */
export function createMain<Input = Value, With = ValueMap, State = undefined, Events = EventMap>(
  definition: MainDefinition<Input, With, State, Events>,
): MainDefinition<Input, With, State, Events> {
  return definition;
}
