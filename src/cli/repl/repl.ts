import { followAbort } from '../../follow-abort.js';
import type { Session, Value } from '../../index.js';
import { didYouMean } from '../../nearest.js';
import { visibleLine } from '../../visible-text.js';
import { usage } from '../args.js';
import { errorText } from '../error-text.js';
import { jsonArgument } from '../json-argument.js';
import { isTyped, readLines, type AfterInterrupt } from '../line-reader.js';
import type { Printer } from '../print.js';
import { complete, type Completion } from './completer.js';
import type { History } from './history.js';
import { loadable } from './loadable.js';
import type { ReplModules } from './repl-modules.js';

/** What every expression sees. */
const SCOPE_NAMES = ['main', 'payload', 'envs'] as const;

/** What a session is made of. */
export interface ReplOptions {
  readonly session: Session;
  readonly modules: ReplModules;
  /** Undefined: lines are not kept. */
  readonly history: History | undefined;
  readonly help: string;
  readonly print: Printer;
  /** Ends the session. */
  readonly signal: AbortSignal;
}

/** One session: reads lines, evaluates them, and goes on after whatever becomes of them. */
export class Repl {
  readonly #options: ReplOptions;
  readonly #commands: Readonly<Record<string, (text: string) => Promise<void> | void>>;
  /** The lines of a script that is not whole yet. */
  #begun: string[] = [];
  #running: AbortController | undefined;
  #isEndAskedFor = false;
  #failures = 0;

  constructor(options: ReplOptions) {
    const { session, modules, help, print } = options;
    this.#options = options;
    this.#commands = {
      '.exit': () => undefined,
      '.help': () => print.note(help),
      '.load': (text) => this.#load(text),
      '.modules': () => print.note([...modules.known.keys()].join(' ')),
      '.names': () => print.note(session.names.join(' ')),
    };
  }

  /** Goes on to the end of the input, or until it is asked to end. Resolves with the number of lines that failed. */
  async run(): Promise<number> {
    const { session, history, print, signal } = this.#options;
    for await (const line of readLines({
      prompt: () => (this.#begun.length === 0 ? '> ' : '. '),
      signal,
      history: history?.read() ?? [],
      complete: (text) => this.#complete(text),
      onInterrupt: (typed) => this.#onInterrupt(typed),
    })) {
      this.#isEndAskedFor = false;
      history?.add(line);
      const text = line.trim();
      const [word = ''] = text.split(/\s/, 1);
      const command =
        this.#begun.length === 0 && Object.hasOwn(this.#commands, word) ? this.#commands[word] : undefined;
      if (command !== undefined) {
        if (word === '.exit') break;
        await command(text);
        continue;
      }
      if (this.#begun.length === 0 && /^\.[A-Za-z]/.test(word)) {
        this.#failures++;
        const known = Object.keys(this.#commands);
        print.note(
          `There is no command ${visibleLine(word)}: there are ${known.join(', ')}.${didYouMean(word, known)}`,
        );
        continue;
      }
      if (this.#begun.length === 0 && this.#isMeantAsCommand(text)) {
        this.#failures++;
        print.note(`There is no name ${text} here. Did you mean .${text}?`);
        continue;
      }
      this.#begun.push(line);
      const isCutShort = text === '' && isTyped();
      if (isCutShort || !session.isIncomplete(this.#begun.join('\n'))) await this.#evaluate();
    }
    await this.#evaluate();
    return this.#failures;
  }

  /** A command without its dot, unless a name is called so. */
  #isMeantAsCommand(text: string): boolean {
    const { session, modules } = this.#options;
    return (
      Object.hasOwn(this.#commands, `.${text}`) && !session.names.includes(text) && !modules.known.has(text)
    );
  }

  /** Evaluates what was read so far. */
  async #evaluate(): Promise<void> {
    const { session, modules, print } = this.#options;
    const script = this.#begun.join('\n');
    this.#begun = [];
    if (script.trim() === '') return;
    await this.#attempt(async (signal) => {
      const call = (name: string, input: Value): Promise<Value> => modules.call(name, input, signal);
      const value = await session.evaluateWith(script, { call, signal });
      if (value !== undefined) print.result(value);
    });
  }

  async #load(text: string): Promise<void> {
    const { modules, print } = this.#options;
    const [, module, settings] = /^\.load\s+(\S+)(?:\s+(.*))?$/.exec(text) ?? [];
    await this.#attempt(async (signal) => {
      if (module === undefined)
        throw usage('Cannot load a module without its name: .load MODULE [SETTINGS_JSON]');
      const given = settings === undefined ? undefined : settingsOf(settings);
      print.note(`loaded: call it as ${await modules.load(module, given, signal)}(...)`);
    });
  }

  /** Does something that Ctrl+C gives up; whatever becomes of it, the session goes on. */
  async #attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { print, signal } = this.#options;
    const running = new AbortController();
    const unfollow = followAbort(signal, () => running.abort(signal.reason));
    this.#running = running;
    try {
      await work(running.signal);
    } catch (error) {
      this.#failures++;
      print.note(running.signal.aborted ? 'given up' : errorText(error, print));
    } finally {
      this.#running = undefined;
      unfollow();
    }
  }

  #onInterrupt(typed: string): AfterInterrupt {
    if (this.#running !== undefined) {
      this.#running.abort(new Error('interrupted by Ctrl+C'));
      return 'wait';
    }
    const isEmpty = typed === '' && this.#begun.length === 0;
    this.#begun = [];
    if (isEmpty && this.#isEndAskedFor) return 'end';
    this.#isEndAskedFor = isEmpty;
    if (isEmpty) this.#options.print.note('Ctrl+C again, Ctrl+D or .exit ends the session');
    return 'ask again';
  }

  #complete(text: string): Completion {
    const { session, modules } = this.#options;
    return complete(text, {
      commands: Object.keys(this.#commands),
      names: [...SCOPE_NAMES, ...session.names],
      modules: modules.known,
      loadable: () => loadable(modules.known.keys()),
    });
  }
}

/** Reads the settings of `.load`. Throws PHLOW_USAGE, for words behind them too. */
function settingsOf(text: string): Value {
  const end = text.lastIndexOf('}') + 1;
  const behind = text.slice(end).trim();
  if (end > 0 && behind !== '')
    throw usage(`Cannot load the module: .load MODULE [SETTINGS_JSON] takes nothing more, found "${behind}"`);
  return jsonArgument('the settings', text, 'Names and texts need double quotes: {"capacity": 10}');
}
