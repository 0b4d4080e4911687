import { messageOf, isPhlowError, PhlowError } from '../errors.js';
import type { FlowDocument, ModuleDeclaration } from '../flow/document/flow-document.js';
import { Diagnostics } from '../flow/diagnostics.js';
import type { CallModule, FlowEnvironment, RunInput } from '../flow/engine/environment.js';
import { execute } from '../flow/engine/execute.js';
import { startRun, type RunState } from '../flow/engine/run-state.js';
import { bothObservers } from '../flow/engine/observer.js';
import { didYouMean } from '../nearest.js';
import { visibleLine } from '../visible-text.js';
import { placeOf } from '../flow/source/source-file.js';
import { isInside, type NestedMocks } from '../flow/tests/mocks.js';
import { toValue } from '../phs/values/value.js';
import type { Value } from '../values.js';
import { acceptFlow } from './accept-flow.js';
import type { BuiltFlow } from './build-flow.js';
import { FlowDescriber } from './flow-describer.js';
import type { FoundFlow } from './flow-source.js';
import type { FlowModule } from './flow-module.js';
import type { OpenContext } from './open-context.js';
import type { OpenModule, ScriptCore, StartRun } from './open-module.js';
import { openModules } from './open-modules.js';
import { notLoaded } from './not-loaded.js';
import { readFlow } from './read-flow.js';
import { apartFrom, type ScriptUse } from './remote/apart.js';
import type { RemoteFlow } from './remote/remote-flow.js';

/** A flow that was read, checked and compiled, with its modules loaded. */
export class FlowCore {
  readonly document: FlowDocument;
  readonly diagnostics: Diagnostics;
  readonly env: FlowEnvironment;
  readonly flowModules: ReadonlyMap<string, FlowModule>;
  readonly nestedMocks: NestedMocks;
  /** What runs the flow where that is not here. */
  readonly remote: RemoteFlow | undefined;
  readonly #setup: Value;
  #runs = 0;

  private constructor(
    document: FlowDocument,
    diagnostics: Diagnostics,
    env: FlowEnvironment,
    flowModules: ReadonlyMap<string, FlowModule>,
    nestedMocks: NestedMocks,
    setup: Value,
    remote: RemoteFlow | undefined,
  ) {
    this.remote = remote;
    this.document = document;
    this.diagnostics = diagnostics;
    this.env = env;
    this.flowModules = flowModules;
    this.nestedMocks = nestedMocks;
    this.#setup = setup;
  }

  /**
   * Opens a flow: everything is checked and compiled before the first module is loaded.
   *
   * @param onEvent runs the flow for an event of a main module.
   * @param use how another flow uses it as a module.
   */
  static async open(
    given: FoundFlow,
    context: OpenContext,
    setup: Value,
    onEvent?: StartRun,
    use?: ScriptUse,
  ): Promise<FlowCore> {
    // What a tool loads its own way is there to find out about what nobody has accepted yet.
    const found = context.settings.loadAs === undefined ? await acceptFlow(given) : given;
    const apart = await apartFrom(found, context, use);
    const read = apart?.found ?? found;
    const { baseDir } = read;
    const diagnostics = new Diagnostics();
    const { envs, log, observer, watch, serve, terminal, nestedMocks } = context.settings;
    // Standard output belongs to the result, so what expressions print is logged.
    const print = (line: string): void => log(context.logName, 'info', line);
    const { loadAs } = context.settings;
    const built = readFlow(read, diagnostics, {
      print,
      packageGrant: context.packageGrant,
      isHeldOtherwise: ({ module }) => loadAs?.(module, baseDir) !== undefined,
    });
    const { document, plan } = built;
    diagnostics.check();
    assertMocks(document, context);
    assertDeclared(document, context);
    const declarations = lastOfEachName(document.modules);
    const watching = bothObservers(observer, watch?.(plan));
    const remote = await apart?.open({ plan, setup, observer: watching, declared: declarations });
    const flowModules = new Map<string, FlowModule>();
    const describer = new FlowDescriber(document, plan);
    try {
      const settingOf = await settingsIn(built, context, remote);
      const isMain = (declaration: ModuleDeclaration): boolean =>
        serve && document.mains.some(({ name }) => name.text === declaration.name);
      const steps = new Set(plan.ids.keys());
      const declared = declarations.map((declaration) => ({
        declaration,
        settings: settingOf(declaration),
        baseDir,
        steps,
        dispatch: serve ? dispatchOf(declaration, document, onEvent) : undefined,
        describe: serve ? describer.forMain(declaration) : undefined,
        terminal: isMain(declaration) ? terminal?.(document.info) : undefined,
      }));
      const opened = await openModules(declared, context, openScript);
      for (const [name, flowModule] of opened.flowModules) flowModules.set(name, flowModule);
      for (const [{ declaration }, error] of opened.failed)
        throw notLoaded(declaration, error, context.packageGrant?.isOption);
      if (serve) assertMains(document, flowModules);
    } catch (error) {
      await closeAll(flowModules);
      await remote?.close();
      throw error;
    }
    // Expressions were compiled before the modules were there; their parameters are looked at when they run.
    for (const [name, signature] of built.signatures) {
      signature.parameters = flowModules.get(name)?.parameters ?? signature.parameters;
    }
    const call: CallModule = (name, input, payload, caller) =>
      context.mocked(name, input, payload) ??
      flowModules.get(name)?.call(input, payload, caller) ??
      Promise.reject(new PhlowError('PHLOW_NAME_UNKNOWN', `Module not loaded: ${name}`));
    const env: FlowEnvironment = {
      plan,
      modules: new Set(
        [...flowModules.values()].filter(({ isCallable }) => isCallable).map(({ name }) => name),
      ),
      call,
      stream: (name, input, payload, caller) =>
        flowModules.get(name)?.stream?.(input, payload, caller) ??
        itemsOf(call(name, input, payload, caller)),
      log: (level, message) => log(context.logName, level, message),
      envs,
      observer: watching,
      get skipsDelays() {
        return nestedMocks.answer !== undefined;
      },
    };
    const core = new FlowCore(document, diagnostics, env, flowModules, nestedMocks, setup, remote);
    describer.opened(flowModules);
    remote?.connect(flowModules, call, (ms) => core.advance(ms));
    return core;
  }

  /** Runs the flow once. */
  execute(input: RunInput, env = this.env): Promise<Value> {
    if (this.remote !== undefined) return this.remote.execute(input);
    return execute(env, ++this.#runs, this.#given(input));
  }

  /** A run at its start, of a flow that runs here. */
  begin(input: RunInput): RunState {
    return startRun(this.env, ++this.#runs, this.#given(input));
  }

  #given(input: RunInput): RunInput {
    return this.#setup === undefined ? input : { ...input, setup: this.#setup };
  }

  /** Moves the clock of the modules; modules that see real time are left alone. */
  async advance(ms: number): Promise<void> {
    await Promise.all([...this.flowModules.values()].map(async (flowModule) => flowModule.advance?.(ms)));
  }

  /** Stops the modules. */
  async close(): Promise<void> {
    await Promise.all([closeAll(this.flowModules), this.remote?.close()]);
  }
}

/** Opens a flow that serves as a module. */
async function openScript(
  found: FoundFlow,
  context: OpenContext,
  setup: Value,
  use: ScriptUse,
): Promise<ScriptCore> {
  const core = await FlowCore.open(found, context, setup ?? null, undefined, use);
  return {
    execute: (main, { signal, traceparent }) => core.execute({ main, signal, traceparent }),
    advance: (ms) => core.advance(ms),
    close: () => core.close(),
  };
}

/** A reply that only comes whole, as a stream: the items of a list, or the one that it is. */
async function* itemsOf(reply: Promise<Value>): AsyncGenerator<Value, undefined, undefined> {
  const value = await reply;
  if (Array.isArray(value)) yield* value as readonly Value[];
  else yield value;
}

/** How a main module starts runs of the flow, at its own step; undefined for a module that is none. */
function dispatchOf(
  { name }: ModuleDeclaration,
  { mains }: FlowDocument,
  onEvent: StartRun | undefined,
): OpenModule['dispatch'] {
  const main = mains.find((one) => one.name.text === name);
  if (main === undefined || onEvent === undefined) return undefined;
  const startStep = main.to?.text;
  // A module may say so for each run.
  return (event, how) => onEvent(event, { ...how, step: how?.step ?? startStep });
}

/** How the settings of a module are come by: computed here, or where the flow runs. */
async function settingsIn(
  { settings }: BuiltFlow,
  context: OpenContext,
  remote: RemoteFlow | undefined,
): Promise<(declaration: ModuleDeclaration) => Value> {
  const settingFrom = settings.size === 0 ? undefined : await remote?.settings();
  return (declaration) => {
    const expression = settings.get(declaration);
    if (expression === undefined) return undefined;
    try {
      return settingFrom === undefined
        ? toValue(expression.evaluate({ envs: context.settings.envs() }))
        : settingFrom(declaration.name);
    } catch (error) {
      throw notLoaded(
        declaration,
        new PhlowError('PHLOW_WITH_INVALID', `Module with error: Eval error: ${messageOf(error)}`, {
          cause: error,
          place: isPhlowError(error) ? error.place : undefined,
        }),
      );
    }
  };
}

/** Tests may only mock what is there to be mocked. Throws PHLOW_FLOW_INVALID. */
function assertMocks({ modules }: FlowDocument, { settings, logName }: OpenContext): void {
  for (const path of settings.mocks.keys()) {
    if (modules.some(({ name }) => path === name || isInside(path, name))) continue;
    const hint = didYouMean(
      path,
      modules.map(({ name }) => name),
    );
    const message = `Cannot mock "${path}" of ${logName}: it declares no such module.${hint}`;
    throw new PhlowError('PHLOW_FLOW_INVALID', message);
  }
}

/** A function in the place of a module that the flow does not declare would answer nothing. Throws PHLOW_OPTION_INVALID. */
function assertDeclared({ modules }: FlowDocument, { settings, logName }: OpenContext): void {
  const declared = modules.map(({ name }) => name);
  const wrong = Object.keys(settings.inline).find((name) => !declared.includes(name));
  if (wrong === undefined) return;
  const names = declared.length === 0 ? 'none' : [...new Set(declared)].join(', ');
  const message = `Cannot open ${logName}: its option modules has "${visibleLine(wrong)}", and the flow declares no such module; it declares ${names}.${didYouMean(wrong, declared)}`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { option: 'modules' } });
}

/** A main module that never starts a run would be waited for without an end. Throws PHLOW_FLOW_INVALID. */
function assertMains({ mains }: FlowDocument, flowModules: ReadonlyMap<string, FlowModule>): void {
  for (const { name } of mains) {
    if (flowModules.get(name.text)?.mainEnded !== undefined) continue;
    const message = `Cannot serve the flow: main names the module "${name.text}", which starts no runs: only a module of type main or any does`;
    throw new PhlowError('PHLOW_FLOW_INVALID', message, { place: placeOf(name.range) });
  }
}

/** Of several declarations with one name the last one counts. */
function lastOfEachName(modules: readonly ModuleDeclaration[]): readonly ModuleDeclaration[] {
  const last = new Map(modules.map((declaration) => [declaration.name, declaration]));
  return modules.filter((declaration) => last.get(declaration.name) === declaration);
}

async function closeAll(flowModules: ReadonlyMap<string, FlowModule>): Promise<void> {
  await Promise.all([...flowModules.values()].map((flowModule) => flowModule.close()));
}
