import type { Value } from '../values.js';
import { compileScript } from './compile.js';
import type { CompiledScript, ModuleSignature } from './compiler.js';
import { ExitSignal, Frame, JUMP, type Scope } from './frame.js';
import { callsOf } from './invoke.js';
import { limitsWith, type Limits } from './limits.js';
import { Recording, Suspension, type Outcome } from './recording.js';
import { reported, type Locate, type Origin } from './report.js';
import { Run } from './run.js';
import { ScriptError } from './script-error.js';
import type { PhsValue } from './value.js';

/** Calls a module by name and gives its reply. */
export type ModuleCall = (name: string, input: Value, signal?: AbortSignal) => Promise<Value>;

/** How an expression is compiled. */
export interface CompileOptions {
  readonly limits?: Partial<Limits> | undefined;
  /** The modules that can be called, by the name they have in expressions. */
  readonly modules?: ReadonlyMap<string, ModuleSignature> | undefined;
  /** Names of variables that the scope brings in `locals`, besides those that every scope has. */
  readonly locals?: ReadonlySet<string> | undefined;
  /** Where an offset in the code stands in the file that the code comes from. */
  readonly locate?: Locate | undefined;
  /** Takes the lines that `print` and `debug` write; standard output when absent. */
  readonly print?: ((line: string) => void) | undefined;
}

/** A compiled expression: runs any number of times, keeps nothing between runs. */
export interface Program {
  readonly code: string;
  /** True when it calls modules, so that only `runAsync` can run it. */
  readonly isAsync: boolean;
  /** Evaluates. Throws PhlowError PHLOW_PHS_RUNTIME or PHLOW_PHS_LIMIT. */
  run(scope: Scope): PhsValue;
  /** Evaluates, calling modules through `call`. */
  runAsync(scope: Scope, call: ModuleCall, signal?: AbortSignal): Promise<PhsValue>;
}

const NO_MODULES: ReadonlyMap<string, ModuleSignature> = new Map();
const NO_LOCALS: ReadonlySet<string> = new Set();

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/**
 * Compiles an expression.
 *
 * @throws PhlowError PHLOW_PHS_SYNTAX, with the place and a code frame; PHLOW_PHS_LIMIT when the code itself is too large.
 */
export function compileProgram(code: string, options: CompileOptions = {}): Program {
  const limits = limitsWith(options.limits);
  const origin: Origin = { code, locate: options.locate };
  let script: CompiledScript;
  try {
    script = compileScript(code, limits, options.modules ?? NO_MODULES, options.locals ?? NO_LOCALS);
  } catch (error) {
    throw reported(error, origin);
  }
  const calls = callsOf(script.functions);
  const print = options.print ?? writeLine;
  const start = (scope: Scope, recording: Recording, steps: number): Run =>
    new Run({ limits, steps, scope, calls, recording, print });
  return {
    code,
    isAsync: script.isAsync,
    run(scope) {
      try {
        return evaluate(script, start(scope, new Recording(0), limits.steps));
      } catch (error) {
        throw reported(error instanceof Suspension ? noModules(error) : error, origin);
      }
    },
    async runAsync(scope, call, signal) {
      const recording = new Recording(limits.moduleCalls);
      let steps = limits.steps;
      for (;;) {
        const run = start(scope, recording, steps);
        try {
          return evaluate(script, run);
        } catch (error) {
          if (!(error instanceof Suspension)) throw reported(error, origin);
          signal?.throwIfAborted();
          recording.answer(await outcomeOf(call, error, signal));
          signal?.throwIfAborted();
        }
        // All replays together may not do more than one run may.
        steps = run.stepsLeft;
        recording.rewind();
      }
    },
  };
}

function evaluate(script: CompiledScript, run: Run): PhsValue {
  const { body } = script;
  const slots: unknown[] = [];
  for (let i = 0; i < body.slotCount; i++) slots.push(null);
  const frame = new Frame(run, slots, [], undefined);
  try {
    const value = body.code(frame);
    return (frame.jump === JUMP.return ? frame.result : value) ?? null;
  } catch (error) {
    if (error instanceof ExitSignal) return error.value;
    throw error;
  }
}

async function outcomeOf(
  call: ModuleCall,
  wanted: Suspension,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  try {
    return { value: await call(wanted.module, wanted.input, signal) };
  } catch (error) {
    return { error };
  }
}

function noModules({ module }: Suspension): ScriptError {
  return new ScriptError(
    'ErrorModuleCall',
    `Cannot call module "${module}" here: the expression is not run asynchronously`,
  );
}
