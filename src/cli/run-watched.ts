import { resolve } from 'node:path';
import type { Diagnostic, Flow } from '../index.js';
import type { CommandContext } from './command.js';
import { errorText, diagnosticText } from './error-text.js';
import { library } from './library.js';
import { hasChanged, stateOf } from './watch.js';

/** A flow that is run whenever it, or a module of its own, has changed. */
export interface WatchedRun {
  /** The path of the flow. */
  readonly target: string;
  readonly open: () => Promise<Flow>;
  /** True: its main module starts the runs, and goes on doing so while modules are replaced. */
  readonly isServed: (flow: Flow) => boolean;
  /** Runs it once, or, served, until its main module has ended or the signal aborts. */
  readonly run: (flow: Flow, signal: AbortSignal) => Promise<void>;
  /** How long runs in progress may take once it is interrupted, in milliseconds. */
  readonly graceMs: number;
}

/**
 * Runs a flow again and again: a change of a local module's files puts them in place of the old ones, any other change opens the flow again.
 * Runs in progress finish with what they began with. If loading fails, the error is reported and the running version stays up. Ends when it is interrupted, or
 * when the main module has ended by itself.
 */
export async function runWatched(watched: WatchedRun, context: CommandContext): Promise<void> {
  const { print, signal } = context;
  while (!isAborted(signal)) {
    const sources = await Sources.of(watched.target);
    let flow: Flow;
    try {
      flow = await watched.open();
    } catch (error) {
      if (!isAborted(signal)) print.note(errorText(error, print));
      await sources.change(context);
      continue;
    }
    const isServed = watched.isServed(flow);
    try {
      const isOutdated = await (isServed ? serve : repeat)(flow, watched, sources, context);
      if (!isOutdated) return;
      print.note('Opening the flow again...');
    } finally {
      // A change cuts no run short.
      await flow.close({ graceMs: isAborted(signal) ? watched.graceMs : Infinity });
    }
  }
}

/** Lets the main module start runs; true when the flow is to be opened again, false when it is over. */
async function serve(
  flow: Flow,
  { target, run }: WatchedRun,
  sources: Sources,
  { print, signal }: CommandContext,
): Promise<boolean> {
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  const serving = run(flow, until).finally(() => ended.abort());
  // Its failure is that of the whole, but only once nobody waits for changes any more.
  serving.catch(() => undefined);
  while (!isAborted(until)) {
    const changed = await sources.change({ print, signal: until });
    if (isAborted(until)) break;
    if ((await takeIn(changed, flow, target, print)) === 'reopen') return true;
  }
  await serving;
  return false;
}

/** Runs the flow once, and again after each change; true when it is to be opened again, false when it is over. */
async function repeat(
  flow: Flow,
  { target, run }: WatchedRun,
  sources: Sources,
  { print, signal }: CommandContext,
): Promise<boolean> {
  for (let isDue = true; !signal.aborted;) {
    if (isDue) {
      try {
        await run(flow, signal);
      } catch (error) {
        if (!isAborted(signal)) print.note(errorText(error, print));
      }
    }
    const changed = await sources.change({ print, signal });
    if (isAborted(signal)) break;
    const outcome = await takeIn(changed, flow, target, print);
    if (outcome === 'reopen') return true;
    isDue = outcome === 'replaced';
  }
  return false;
}

/** Asked again after every wait. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Puts the files of local modules in place when nothing else has changed; looks else whether the flow can be opened as it is now. */
async function takeIn(
  changed: readonly string[],
  flow: Flow,
  target: string,
  print: CommandContext['print'],
): Promise<'replaced' | 'reopen' | 'as before'> {
  const modules = flow.localModules.filter(({ folder }) => changed.includes(folder));
  if (changed.some((path) => !modules.some(({ folder }) => folder === path)))
    return (await isSound(target, print)) ? 'reopen' : 'as before';
  let outcome: 'replaced' | 'as before' = 'as before';
  for (const module of modules) {
    try {
      await module.replace();
      print.note(`Replaced module "${module.name}"`);
      outcome = 'replaced';
    } catch (error) {
      print.note(errorText(error, print));
    }
  }
  return outcome;
}

/** True when the flow can be opened as it is now; otherwise reports what is wrong with it. */
async function isSound(target: string, print: CommandContext['print']): Promise<boolean> {
  const { checkFlow } = await library();
  let errors: readonly Diagnostic[];
  try {
    errors = (await checkFlow(target)).filter(({ severity }) => severity === 'error');
  } catch (error) {
    print.note(errorText(error, print));
    return false;
  }
  for (const diagnostic of errors) print.note(diagnosticText(diagnostic, print));
  return errors.length === 0;
}

/** The files and folders that a flow depends on, and how they were when they were last looked at. */
class Sources {
  readonly #states: Map<string, string>;

  private constructor(paths: readonly string[]) {
    this.#states = new Map(paths.map((path) => [path, stateOf([path])]));
  }

  static async of(target: string): Promise<Sources> {
    const { flowFileOf, flowSources } = await library();
    return new Sources([...new Set([resolve(flowFileOf(target)), ...flowSources(target)])]);
  }

  /** Waits for a change and resolves with the paths that did, with none when the signal aborts. */
  async change({ print, signal }: Pick<CommandContext, 'print' | 'signal'>): Promise<readonly string[]> {
    print.note('Waiting for a change...');
    for (;;) {
      const paths = [...this.#states.keys()];
      const known = [...this.#states.values()].filter((state) => state !== '').join('\n');
      if (!(await hasChanged(paths, known, signal))) return [];
      const changed = paths.filter((path) => {
        const state = stateOf([path]);
        const isSame = state === this.#states.get(path);
        this.#states.set(path, state);
        return !isSame;
      });
      if (changed.length > 0) return changed;
    }
  }
}
