import { placeAt } from '../code-frame.js';
import { PhlowError } from '../errors.js';
import { functionKey } from './compile/compiler.js';
import { getEntry, newMap, setEntry } from './values/entries.js';
import type { ModuleSignature } from './compile/compiler.js';
import type { EvaluateOptions } from './evaluate.js';
import type { Scope } from './interpreter/scope.js';
import { limitsWith, type Limits } from './limits.js';
import { parseScript } from './syntax/parser.js';
import { ScriptSyntaxError } from './syntax/syntax-error.js';
import { compileProgram, type ModuleCall, type Program } from './program.js';
import { toDebugText } from './values/render.js';
import { isPhsMap, type PhsMap, type PhsValue } from './values/value.js';

/** Rendering for a person is not charged to a run. */
const FREE = { charge: (): void => undefined };

/** Variables of the session come in under these names, so that a line may declare them again. */
const carried = (name: string): string => `__session_${name}`;
const RESULT = '__session_result';

/** What the lines of a session see. */
export interface SessionOptions extends EvaluateOptions {
  /** The modules that lines may call, by the names that they have there. It is asked for each line: there may be more later. */
  readonly modules?: ReadonlyMap<string, ModuleSignature>;
}

/** How the lines of a session call modules. */
export interface SessionCalls {
  readonly call: ModuleCall;
  /** Gives up the line; what it has changed is forgotten. */
  readonly signal: AbortSignal;
}

/** A line that can be run, and what makes its value of what it results in. */
interface Prepared {
  readonly program: Program;
  readonly keep: (outcome: PhsValue) => PhsValue;
}

/**
 * Evaluates lines one after the other, as someone types them: variables and functions that a line defines are there for the next one.
 * Each line is a script of its own that begins with what the session holds and ends by handing back what became of it.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #scope: Scope;
  readonly #limits: Limits;
  readonly #variables = new Map<string, PhsValue>();
  /** The source of each function, by name and number of parameters. */
  readonly #functions = new Map<string, string>();

  constructor(options: SessionOptions = {}) {
    const { main, payload, envs, limits } = options;
    this.#options = options;
    this.#scope = { main, payload, envs: { ...envs } };
    this.#limits = limitsWith(limits);
  }

  /** The names of the variables and functions that lines have defined. */
  get names(): readonly string[] {
    return [
      ...this.#variables.keys(),
      ...[...this.#functions.keys()].map((key) => key.split('/', 1)[0] ?? key),
    ];
  }

  /** True when more has to follow before this can be a script: its grammar is right as far as it goes. */
  isIncomplete(text: string): boolean {
    try {
      parseScript(text, this.#limits);
      return false;
    } catch (error) {
      return error instanceof ScriptSyntaxError && error.offset >= text.trimEnd().length;
    }
  }

  /**
   * Evaluates a line that calls no module, and renders its value the way phs writes it; undefined when it has none to show.
   *
   * @throws PhlowError PHLOW_PHS_SYNTAX, PHLOW_PHS_RUNTIME, PHLOW_PHS_LIMIT with the place in the line.
   */
  evaluate(line: string): string | undefined {
    const prepared = this.#prepare(line);
    return prepared && shown(prepared.keep(prepared.program.run(this.#scopeNow())));
  }

  /** The same for a line that may call modules. Rejects with the reason of the signal, too, and with what a module fails with. */
  async evaluateWith(line: string, { call, signal }: SessionCalls): Promise<string | undefined> {
    const prepared = this.#prepare(line);
    if (prepared === undefined) return undefined;
    const { program, keep } = prepared;
    const scope = this.#scopeNow();
    return shown(keep(program.isAsync ? await program.runAsync(scope, call, signal) : program.run(scope)));
  }

  /** Compiles a line; undefined for one that only defines a function. */
  #prepare(line: string): Prepared | undefined {
    const { limits, print, modules } = this.#options;
    // Alone first, so that a syntax error is reported without anything around it.
    const locals = new Set([...this.#variables.keys()].flatMap((name) => [name, carried(name)]));
    compileProgram(line, { limits, modules, locals, locate: (offset) => placeAt('line', line, offset) });
    const { functions, body } = parseScript(line, this.#limits);
    if (functions.length > 0) {
      this.#keepFunctions(line, functions, body.length);
      return undefined;
    }
    const declared = body.flatMap((node) => (node.type === 'declare' ? node.name : []));
    const names = [...new Set([...this.#variables.keys(), ...declared])];
    const head = this.#head();
    const isDeclaration = declared.length > 0;
    const open = isDeclaration ? '' : `let ${RESULT} = { `;
    const result = isDeclaration ? (declared.at(-1) ?? '()') : RESULT;
    const handedBack = [`${RESULT}: ${result}`, ...names.map((name) => `${name}: ${name}`)].join(', ');
    const code = `${head}${open}${line}\n${isDeclaration ? '' : '}'};#{ ${handedBack} }`;
    const shift = head.length + open.length;
    const program = compileProgram(code, {
      limits,
      print,
      modules,
      locals,
      locate: (offset) => placeAt('line', line, offset - shift),
    });
    const keep = (outcome: PhsValue): PhsValue => {
      // A line that returns ends before it can hand its variables back.
      if (!isPhsMap(outcome) || !Object.hasOwn(outcome, RESULT)) return outcome;
      for (const name of names) this.#variables.set(name, getEntry(outcome, name));
      return getEntry(outcome, RESULT);
    };
    return { program, keep };
  }

  #scopeNow(): Scope {
    return { ...this.#scope, locals: this.#carriedVariables() };
  }

  #head(): string {
    const variables = [...this.#variables.keys()].map((name) => `let ${name} = ${carried(name)}; `);
    return [...new Set(this.#functions.values()), ...variables].join('');
  }

  #carriedVariables(): PhsMap {
    const map = newMap<PhsValue>();
    for (const [name, value] of this.#variables) setEntry(map, carried(name), value);
    return map;
  }

  #keepFunctions(
    line: string,
    functions: readonly { readonly name: string; readonly parameters: readonly unknown[] }[],
    statements: number,
  ): void {
    if (functions.length > 1 || statements > 0) {
      throw new PhlowError('PHLOW_PHS_SYNTAX', 'Cannot keep the function: define each on a line of its own');
    }
    for (const { name, parameters } of functions) {
      this.#functions.set(functionKey(name, parameters.length), `${line}\n`);
    }
  }
}

function shown(value: PhsValue): string | undefined {
  return value === null || value === undefined ? undefined : toDebugText(value, FREE);
}
