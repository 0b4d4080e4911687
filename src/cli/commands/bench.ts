import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { cloneCost, type CloneCost } from '../../measure/clone-cost.js';
import { runSuite } from '../../measure/harness.js';
import { busyWarning, fingerprint } from '../../measure/machine.js';
import { subjectSuite, type Subject } from '../../measure/subject-suite.js';
import type { Result } from '../../measure/suite.js';
import { PhlowError } from '../../errors.js';
import { followAbort } from '../../follow-abort.js';
import type { Host, Value } from '../../index.js';
import { usage, moduleArgument } from '../args.js';
import { benchTable, explanationText } from '../bench-text.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { heldBy, type Hold } from '../hold-options.js';
import { jsonArgument } from '../json-argument.js';
import { library } from '../library.js';
import { jsonText } from '../json-text.js';
import { withHost } from '../with-host.js';

const ROUNDS = 10;
const SECONDS = 5;
const WIDTHS = '1,64,256';
/** More would measure the memory of the machine. */
const WIDEST = 100_000;
/** A module that has not answered its first package by then is not one to send thousands. */
const FIRST_REPLY_MS = 30_000;
/** Nobody waits for what a bench has sent: an interrupted one ends soon, though the module may be in a loop. */
const GIVEN_UP_AT_ONCE = { drainTimeoutMs: 0, stopTimeoutMs: 1_000 } as const;

/** Measures a module or a flow of the user's own. */
export const bench = defineCommand({
  name: 'bench',
  parameters: 'MODULE_OR_FLOW',
  summary: 'measure a module or a flow beside the floor of its machine',
  details: [
    'Sends one input repeatedly and reports how many packages per second come back and how long they take. The floor is the same',
    'input sent there and back over a bare port, with nothing in between. A flow (FILE.phlow) is run with the input as its main.',
    `Example: phlow bench cache --input '{"action":"stats"}' --explain`,
  ].join('\n'),
  positionals: { least: 1, most: 1 },
  options: {
    input: { kind: 'text', value: 'JSON', help: 'what each package carries, or the main of the flow' },
    with: { kind: 'text', value: 'JSON', help: "the module's settings" },
    isolation: {
      kind: 'text',
      value: 'LEVEL',
      help: 'the level that the module or a flow of a package runs at',
    },
    grant: {
      kind: 'text',
      value: 'JSON',
      help: 'what the module may do; for a flow of a package, what its modules may do: {"inside": {NAME: {...}}}',
    },
    'in-flight': { kind: 'text', value: 'N,N', help: `how many are in flight at once; default ${WIDTHS}` },
    seconds: { kind: 'text', value: 'N', help: `how long to measure in total; default ${SECONDS}` },
    explain: { kind: 'flag', help: 'report what cloning costs, field by field for input and reply' },
    json: { kind: 'flag', help: 'print one line of JSON' },
  },
  async run({ options, positionals }, { print, signal }) {
    const [target = ''] = positionals;
    const input = options.input === undefined ? undefined : jsonArgument('--input', options.input);
    const settings = options.with === undefined ? undefined : jsonArgument('--with', options.with);
    const held = heldBy(options);
    const widths = widthsOf(options['in-flight'] ?? WIDTHS);
    const seconds = numberOf('--seconds', options.seconds ?? String(SECONDS));
    const machine = fingerprint();
    const { results, explanation } = await withHost(signal, async (host) => {
      const maxInFlight = Math.max(...widths);
      const subject = await open(target, { host, input, settings, held, maxInFlight });
      try {
        // Also the proof that it answers at all: a bench of refusals would be a fast one.
        const reply = await subject.first(signal);
        if (options.json !== true) print.note(`Measuring ${target} for about ${seconds} s`);
        const plan = {
          rounds: ROUNDS,
          roundMs: (seconds * 1000) / (ROUNDS * widths.length * 2),
          warmupMs: (seconds * 100) / widths.length,
          widths,
          isQuick: false,
          note: () => signal.throwIfAborted(),
        };
        const measured = await Promise.race([runSuite(subjectSuite(subject), plan), interruption(signal)]);
        return {
          results: measured,
          explanation:
            options.explain === true ? { input: cloneCost(input), reply: cloneCost(reply) } : undefined,
        };
      } finally {
        await subject.close();
      }
    });
    if (options.json === true) {
      print.result(jsonText(asRecord(target, { machine, results, explanation })));
      return EXIT.ok;
    }
    const busy = busyWarning(machine);
    if (busy !== undefined) print.note(busy);
    print.result(benchTable(results));
    if (explanation !== undefined) print.result(`\n${explanationText(explanation, results)}`);
    return EXIT.ok;
  },
});

/** Rejects when the command is interrupted: before its host ends under the packages on their way, which would be what the user reads. */
function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void =>
      reject(
        new PhlowError('PHLOW_CALL_CANCELLED', 'Cannot finish the bench: the caller gave up', {
          cause: signal.reason,
        }),
      );
    if (signal.aborted) stop();
    followAbort(signal, stop);
  });
}

interface Opened extends Subject {
  /** Sends the first package, which has a deadline and can be given up. */
  first(signal: AbortSignal): Promise<unknown>;
  close(): Promise<unknown>;
}

async function open(
  target: string,
  options: { host: Host; input: Value; settings: Value; held: Hold; maxInFlight: number },
): Promise<Opened> {
  const { host, input, settings, held, maxInFlight } = options;
  if (!target.endsWith('.phlow') && !existsSync(resolve(target, 'main.phlow'))) {
    const module = await host.load(moduleArgument(target), {
      with: settings,
      maxInFlight,
      ...held,
      ...GIVEN_UP_AT_ONCE,
    });
    return {
      name: target,
      input,
      first: (signal) => module.call(input, { signal, timeoutMs: FIRST_REPLY_MS }),
      call: (value) => module.call(value),
      close: () => module.close(),
    };
  }
  if (settings !== undefined)
    throw usage('Cannot use --with for a flow: its modules have their own settings');
  const { openFlow } = await library();
  const flow = await openFlow(target, { host, ...held });
  return {
    name: target,
    input,
    first: (signal) => flow.run({ main: input, signal, timeoutMs: FIRST_REPLY_MS }),
    call: (value) => flow.run({ main: value as Value }),
    close: () => flow.close(),
  };
}

function widthsOf(text: string): number[] {
  const widths = text.split(',').map((one) => numberOf('--in-flight', one));
  if (widths.every((width) => Number.isInteger(width) && width <= WIDEST)) return [...new Set(widths)];
  throw usage(`Option --in-flight must be whole numbers up to ${WIDEST}, such as ${WIDTHS}: found "${text}"`);
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw usage(`Option ${option} must be a number above 0: found "${text}"`);
}

function asRecord(
  target: string,
  {
    machine,
    results,
    explanation,
  }: {
    machine: object;
    results: readonly Result[];
    explanation: { readonly input: CloneCost; readonly reply: CloneCost } | undefined;
  },
): Record<string, unknown> {
  return { target, machine, results, ...(explanation === undefined ? {} : { explanation }) };
}
