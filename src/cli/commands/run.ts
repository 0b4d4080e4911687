import { followAbort } from '../../follow-abort.js';
import type { Flow, Host, Value } from '../../index.js';
import { usage, type OptionSpecs, milliseconds, pathArgument } from '../args.js';
import { defineCommand, type CommandContext } from '../command.js';
import { warningText } from '../error-text.js';
import { EXIT } from '../exit-code.js';
import { FLOW_HOLD_OPTIONS, heldBy, type HoldRequest } from '../hold-options.js';
import { ownWordsOfRun } from '../flow-words.js';
import { NATS_OPTION } from '../nats-option.js';
import { jsonArgument } from '../json-argument.js';
import { library } from '../library.js';
import type { Printer } from '../print.js';
import { resultText } from '../json-text.js';
import { statsTable } from '../stats-table.js';
import { processTerminal } from '../terminal.js';
import {
  journalOf,
  JOURNAL_OPTIONS,
  noteInterrupted,
  resumeAll,
  runOrResume,
  type JournalRequest,
} from '../run-journal.js';
import { runWatched } from '../run-watched.js';
import { withHost } from '../with-host.js';

/** How long runs in progress may take when a served flow is interrupted, in milliseconds. */
const GRACE_MS = 5_000;

/** Options of a run, shared with the plain form. */
export const RUN_OPTIONS = {
  main: {
    kind: 'text',
    value: 'JSON',
    help: 'the value of main; main modules of the flow do not run then',
  },
  payload: { kind: 'text', value: 'JSON', help: 'the payload of the first step' },
  step: { kind: 'text', value: 'ID', help: 'start at the step with this id' },
  timeout: { kind: 'text', value: 'MS', help: 'give up after this many milliseconds' },
  grace: {
    kind: 'text',
    value: 'MS',
    help: `how long the runs of a main module may continue after SIGINT or SIGTERM; default ${GRACE_MS}`,
  },
  ...JOURNAL_OPTIONS,
  ...FLOW_HOLD_OPTIONS,
  ...NATS_OPTION,
  json: { kind: 'flag', help: 'print the result, or the error, as one line of JSON' },
  stats: { kind: 'flag', help: 'print at the end what each module has done and cost (on standard error)' },
} as const satisfies OptionSpecs;

/** Options of a run on its own. */
export const WATCH_OPTION = {
  watch: { kind: 'flag', help: 'run again after each change to the flow or its local modules' },
} as const satisfies OptionSpecs;

/** What a run was asked to do, still as text. */
export interface RunRequest extends HoldRequest, JournalRequest {
  readonly timeout?: string | undefined;
  readonly grace?: string | undefined;
  readonly nats?: string | undefined;
  readonly json?: true | undefined;
  readonly stats?: true | undefined;
  /** The words behind the flow's file, for a flow that is a command. */
  readonly words?: readonly string[] | undefined;
}

/** Runs a flow and prints its result. */
export const run = defineCommand({
  name: 'run',
  parameters: 'FILE',
  summary: 'run a flow and print its result',
  details: [
    'FILE is a flow, or a folder with a main.phlow, mod.phlow or module.phlow. A flow with main modules runs until all of them have ended,',
    'once for each of their events; if one of them fails, the others end too. Any other flow runs once. At SIGINT or SIGTERM main modules',
    'start no more runs, and those in progress get the time of --grace to finish. A second signal ends everything at once.',
    '',
    'Where the main module is a command (cli), all words behind FILE are its own, and options of phlow stand before FILE. The exit code is the one that it',
    'sets: 0, or 1 when its arguments are wrong or its run failed.',
    '',
    'With --journal DIR each run keeps what its steps come to. A run that failed, or whose process has ended, goes on with --resume ID at the step that it was',
    'in; phlow runs DIR shows the runs. A step marked once that had begun is not repeated unless --again or --done says so.',
    '',
    'With --watch it keeps running: after a change to a local module it loads the new files in place of the old ones; any other change',
    'opens the flow again. Runs in progress finish with what they started with.',
  ].join('\n'),
  positionals: { least: 1, most: 1 },
  options: { ...RUN_OPTIONS, ...WATCH_OPTION },
  ownWords: ownWordsOfRun,
  run: ({ options, positionals, words }, context) =>
    runFlow(pathArgument(positionals[0] ?? '.'), { ...options, words }, context),
});

/**
 * Opens a flow, runs it and prints the result; a main module, where nothing replaces it, decides how often. `watch` is handed the host once the
 * modules are loaded and returns what ends the watching.
 */
export async function runFlow(
  target: string,
  request: RunRequest,
  context: CommandContext,
  watch: (host: Host) => () => void = () => () => undefined,
): Promise<number> {
  const { print, signal } = context;
  const main = valueOf('--main', request.main);
  const payload = valueOf('--payload', request.payload);
  const timeoutMs = request.timeout === undefined ? undefined : milliseconds(request.timeout);
  const graceMs = request.grace === undefined ? GRACE_MS : milliseconds(request.grace, 'grace', true);
  const serve = request.main === undefined && request.resume === undefined;
  const journal = journalOf(request);
  const held = heldBy(request);
  if (!serve && (request.words ?? []).length > 0)
    throw usage(
      'Cannot pass words to the flow with --main: they are read by its main module, which does not run then',
    );
  const commandLine = processTerminal([target, ...(request.words ?? [])], print);
  // A served flow ends by its own close, which lets runs finish, and one run by its signal, behind which `finally` needs the modules; everything
  // else ends with the host.
  const stopping = new AbortController();
  let served: Flow | undefined;
  let isRunning = false;
  let isFine = true;
  const onInterrupt = (): void => {
    if (served === undefined) {
      if (!isRunning) stopping.abort(signal.reason);
      return;
    }
    context.extendShutdown(graceMs);
    print.note(`Ending: runs in progress may take ${graceMs} ms to finish; another signal ends them at once`);
    served.close({ graceMs }).catch(() => undefined);
  };
  const unfollow = followAbort(signal, onInterrupt);
  const runIt = async (host: Host): Promise<number> => {
    const { openFlow } = await library();
    const open = async (): Promise<Flow> => {
      served = undefined;
      const flow = await openFlow(target, {
        host,
        serve,
        terminal: commandLine.terminal,
        ...journal,
        ...held,
      });
      for (const warning of flow.warnings) print.note(warningText(warning));
      return flow;
    };
    const resumeInterrupted = async (flow: Flow): Promise<boolean> => {
      const { journal: folder } = request;
      if (folder === undefined) return true;
      if (request['resume-all'] === true) return resumeAll(flow, target, folder, print, signal);
      await noteInterrupted(target, folder, print);
      return true;
    };
    const runOpen = async (flow: Flow, until: AbortSignal): Promise<void> => {
      if (serve && flow.mains.length > 0) {
        assertNothingGiven(request, flow.mains);
        served = flow;
        await Promise.all([endOfMain(flow, until), resumeInterrupted(flow)]);
      } else if (request['resume-all'] === true) {
        isRunning = true;
        isFine = await resumeInterrupted(flow).finally(() => (isRunning = false));
      } else {
        isRunning = true;
        const options = { main, payload, startStep: request.step, timeoutMs, signal: until };
        const running = runOrResume(flow, target, request, options, print);
        const result = await running.finally(() => (isRunning = false));
        const text = resultText(result, request.json === true);
        if (text !== undefined) print.result(text);
      }
    };
    let flow: Flow | undefined;
    let unwatch: (() => void) | undefined;
    try {
      if (request.watch === true) {
        const isServed = (opened: Flow): boolean => serve && opened.mains.length > 0;
        await runWatched({ target, open, isServed, run: runOpen, graceMs }, context);
      } else {
        flow = await open();
        unwatch = watch(host);
        await runOpen(flow, signal);
      }
    } finally {
      unwatch?.();
      if (request.stats === true) await printStats(host, print);
      await flow?.close({ graceMs });
      unfollow();
    }
    return commandLine.exitCode() ?? (isFine ? EXIT.ok : EXIT.failed);
  };
  return withHost(stopping.signal, runIt, request.nats);
}

function assertNothingGiven({ payload, step, timeout }: RunRequest, mains: readonly string[]): void {
  if (payload === undefined && step === undefined && timeout === undefined) return;
  throw usage(
    `Cannot use --payload, --step or --timeout: ${mains.map((name) => `"${name}"`).join(', ')} under "main" of the flow start${mains.length === 1 ? 's' : ''} the runs; give --main too`,
  );
}

function valueOf(option: string, text: string | undefined): Value {
  return text === undefined ? undefined : jsonArgument(option, text);
}

/** Resolves when the main modules have ended by themselves or an interruption asks for the end. */
async function endOfMain(flow: Flow, signal: AbortSignal): Promise<void> {
  let unfollow = (): void => undefined;
  const interrupted = new Promise<void>((resolve) => {
    unfollow = followAbort(signal, resolve);
    if (signal.aborted) resolve();
  });
  try {
    await Promise.race([flow.mainEnded, interrupted]);
  } finally {
    unfollow();
  }
}

/** Prints what the modules have done; nothing when the flow came to none. */
async function printStats(host: Host, print: Printer): Promise<void> {
  const inspection = await host.inspect();
  if (inspection.modules.length > 0) print.note(statsTable(inspection, { columns: print.room.columns }));
}
