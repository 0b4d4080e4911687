import { placeAt } from '../code-frame.js';
import { PhlowError } from '../errors.js';
import { functionKey } from './compile/compiler.js';
import { getEntry, newMap, setEntry } from './values/entries.js';
import type { EvaluateOptions } from './evaluate.js';
import type { Scope } from './interpreter/scope.js';
import { limitsWith, type Limits } from './limits.js';
import { parseScript } from './syntax/parser.js';
import { ScriptSyntaxError } from './syntax/syntax-error.js';
import { compileProgram } from './program.js';
import { toDebugText } from './values/render.js';
import { isPhsMap, type PhsMap, type PhsValue } from './values/value.js';

/** Rendering for a person is not charged to a run. */
const FREE = { charge: (): void => undefined };

/** Variables of the session come in under these names, so that a line may declare them again. */
const carried = (name: string): string => `__session_${name}`;
const RESULT = '__session_result';

/**
 * Evaluates lines one after the other, as someone types them: variables and functions that a line defines are there for the next one.
 * Each line is a script of its own that begins with what the session holds and ends by handing back what became of it.
 */
export class Session {
  readonly #options: EvaluateOptions;
  readonly #scope: Scope;
  readonly #limits: Limits;
  readonly #variables = new Map<string, PhsValue>();
  /** The source of each function, by name and number of parameters. */
  readonly #functions = new Map<string, string>();

  constructor(options: EvaluateOptions = {}) {
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
   * Evaluates a line and renders its value the way phs writes it; undefined when it has none to show.
   *
   * @throws PhlowError PHLOW_PHS_SYNTAX, PHLOW_PHS_RUNTIME, PHLOW_PHS_LIMIT with the place in the line.
   */
  evaluate(line: string): string | undefined {
    const value = this.#run(line);
    return value === null || value === undefined ? undefined : toDebugText(value, FREE);
  }

  #run(line: string): PhsValue {
    const { limits, print } = this.#options;
    // Alone first, so that a syntax error is reported without anything around it.
    const locals = new Set([...this.#variables.keys()].flatMap((name) => [name, carried(name)]));
    compileProgram(line, { limits, locals, locate: (offset) => placeAt('line', line, offset) });
    const { functions, body } = parseScript(line, this.#limits);
    if (functions.length > 0) return this.#keepFunctions(line, functions, body.length);
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
      locals,
      locate: (offset) => placeAt('line', line, offset - shift),
    });
    const outcome = program.run({ ...this.#scope, locals: this.#carriedVariables() });
    // A line that returns ends before it can hand its variables back.
    if (!isPhsMap(outcome) || !Object.hasOwn(outcome, RESULT)) return outcome;
    for (const name of names) this.#variables.set(name, getEntry(outcome, name));
    return getEntry(outcome, RESULT);
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
  ): null {
    if (functions.length > 1 || statements > 0) {
      throw new PhlowError('PHLOW_PHS_SYNTAX', 'Cannot keep the function: define each on a line of its own');
    }
    for (const { name, parameters } of functions) {
      this.#functions.set(functionKey(name, parameters.length), `${line}\n`);
    }
    return null;
  }
}
