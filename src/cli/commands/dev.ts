import { join, resolve } from 'node:path';
import type { LoadOptions } from '../../index.js';
import { MANIFEST_FILE, hasManifest } from '../../manifest-file.js';
import { usage } from '../args.js';
import { defineCommand } from '../command.js';
import { DevSession } from '../dev-session.js';
import { EXIT } from '../exit-code.js';
import { heldBy, MODULE_HOLD_OPTIONS } from '../hold-options.js';
import { jsonArgument } from '../json-argument.js';
import { library } from '../library.js';
import type { Printer } from '../print.js';
import { withHost } from '../with-host.js';
import { open } from 'node:inspector';

const DEFAULT_PORT = 9_229;

/** Opens the inspector of this process, which shows its threads too, to programs of this machine. Node says on standard error where it listens. */
function openInspector(port: number): void {
  open(port, '127.0.0.1');
}

/** Reads the value of `--inspect-port`; 0 is any free port. Throws PHLOW_USAGE. */
function portIn(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw usage(`Option --inspect-port needs a port from 0 to 65535: found "${text}"`);
}

/** Keeps a module loaded while its author works on it. */
export const dev = defineCommand({
  name: 'dev',
  parameters: 'MODULE [INPUT_JSON...]',
  summary: 'load a module, send it the inputs, and repeat this after each change to its files',
  details: [
    'Each line on standard input is one more input, as JSON. Replies go to standard output; log lines, errors and the time of each call go to',
    'standard error. If a change does not load, the last working version stays in place. Stop it with Ctrl+C.',
    'With --inspect a debugger can attach (chrome://inspect, or your editor). Only a thread with all capabilities can be inspected, so the module then',
    'runs at level trusted, whatever its usual level is: do this only with code that you know, on your own machine.',
  ].join('\n'),
  positionals: { least: 1, most: Infinity },
  options: {
    with: { kind: 'text', value: 'JSON', help: "the module's settings" },
    ...MODULE_HOLD_OPTIONS,
    inspect: { kind: 'flag', help: 'open the inspector; the module runs at level trusted' },
    'inspect-port': { kind: 'text', value: 'PORT', help: 'the port of the inspector; default 9229' },
  },
  async run({ options, positionals: [module = '', ...texts] }, { print, signal }) {
    const folder = folderOf(module);
    const inputs = texts.map((text, i) => jsonArgument(`input ${i + 1}`, text));
    const held = heldBy(options);
    const settings = options.with === undefined ? undefined : jsonArgument('--with', options.with);
    const isInspected = options.inspect === true;
    if (isInspected && options.isolation !== undefined)
      throw usage('Options --inspect and --isolation exclude each other: a debugger needs level trusted');
    const port = portIn(options['inspect-port']);
    await withHost(signal, async (host) => {
      if (isInspected) {
        await warnOfLevel(folder, print);
        openInspector(port);
      }
      const load: LoadOptions = {
        with: settings,
        // Ended calls are the author's to look at, and a module that is paused in a debugger does not hang.
        ...held,
        ...(isInspected ? { isolation: 'trusted', hangTimeoutMs: 0 } : {}),
      };
      await new DevSession({ host, folder, inputs, load, isInspected, print, signal }).run();
    });
    return EXIT.ok;
  },
});

/** The folder to work on. Built-in modules have none that is the author's. */
function folderOf(module: string): string {
  const places = [resolve(module), resolve(join('phlow_packages', module))];
  const found = places.find((place) => hasManifest(place));
  if (found !== undefined) return found;
  throw usage(`Cannot work on "${module}": there is no ${MANIFEST_FILE} in ${places.join(' or ')}`);
}

async function warnOfLevel(folder: string, print: Printer): Promise<void> {
  const { modulePermissions } = await library();
  const { module, level } = await modulePermissions(folder);
  if (level === 'trusted') return;
  print.note(
    `${print.alarm('warning')}: while it is inspected "${module}" runs at level trusted instead of ${level}: it can do whatever you can, and what works now may be refused there`,
  );
}
