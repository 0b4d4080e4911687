import { basename } from 'node:path';
import { followAbort } from '../../follow-abort.js';
import type { Host, ServedModule } from '../../index.js';
import { milliseconds, moduleArgument, pathArgument, usage } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { heldBy, MODULE_HOLD_OPTIONS, type Hold } from '../hold-options.js';
import { jsonArgument } from '../json-argument.js';
import { library } from '../library.js';
import { NATS_OPTION } from '../nats-option.js';
import { withHost } from '../with-host.js';

/** How long calls in progress may take when serving is interrupted, in milliseconds. */
const GRACE_MS = 5_000;

/** The longest name of a function. */
const MAX_NAME = 64;

/** Offers modules to other hosts. */
export const serve = defineCommand({
  name: 'serve',
  parameters: 'MODULE...',
  summary: 'offer modules and flows to other hosts over NATS',
  details: [
    'MODULE is the name of a built-in module, the name of a folder under phlow_packages, the path of a folder, or a .phlow file. Other hosts load it as nats:NAME:',
    'in code host.load("nats:NAME"), in a flow "module: nats:NAME", on the command line phlow call nats:NAME INPUT_JSON. Hosts that serve the same name',
    'share the calls. At SIGINT or SIGTERM no more calls are taken, and those in progress get the time of --grace to finish; a second signal ends them at once.',
    '',
    'The server is that of --nats or of the variable PHLOW_NATS, with PHLOW_NATS_TOKEN, or PHLOW_NATS_USER and PHLOW_NATS_PASSWORD. Who may call and serve',
    'what, the permissions of the NATS server decide (docs/scaling.md).',
    '',
    'Exit codes: 0 never, since it runs until it is interrupted: 130 or 143 then; 1 no connection; 2 wrong usage; 3 or 4 a module cannot be loaded.',
    'Example: phlow serve cache --nats nats://127.0.0.1:4222 --with \'{"capacity":1000}\'',
  ].join('\n'),
  positionals: { least: 1, most: Infinity },
  options: {
    ...NATS_OPTION,
    name: { kind: 'text', value: 'NAME', help: 'the name of the service; default: that of the module' },
    with: { kind: 'text', value: 'JSON', help: "the module's settings" },
    ...MODULE_HOLD_OPTIONS,
    grace: {
      kind: 'text',
      value: 'MS',
      help: `how long calls may continue after SIGINT or SIGTERM; default ${GRACE_MS}`,
    },
    json: { kind: 'flag', help: 'print each service that is offered as one line of JSON' },
  },
  async run({ options, positionals }, { print, signal, extendShutdown }) {
    if (positionals.length > 1 && (options.name !== undefined || options.with !== undefined))
      throw usage('Options --name and --with are for one module: serve several with a command for each');
    const settings = options.with === undefined ? undefined : jsonArgument('--with', options.with);
    const graceMs = options.grace === undefined ? GRACE_MS : milliseconds(options.grace, 'grace', true);
    const given = { name: options.name, settings, held: heldBy(options) };
    // Interrupted services finish what they have: the host is closed behind them.
    const never = new AbortController();
    await withHost(
      never.signal,
      async (host) => {
        const services: ServedModule[] = [];
        for (const module of positionals) {
          const service = await serveOne(host, module, given);
          services.push(service);
          if (options.json === true)
            print.result(JSON.stringify({ service: service.service, instance: service.instance }));
          else print.note(`Serving ${module} as nats:${service.service}; stop with Ctrl+C`);
        }
        await aborted(signal);
        extendShutdown(graceMs);
        print.note(
          `Ending: calls in progress may take ${graceMs} ms to finish; another signal ends them at once`,
        );
        await Promise.all(services.map((service) => service.close(graceMs)));
      },
      options.nats,
    );
    return EXIT.ok;
  },
});

interface Given {
  readonly name: string | undefined;
  readonly settings: unknown;
  readonly held: Hold;
}

async function serveOne(host: Host, module: string, { name, settings, held }: Given): Promise<ServedModule> {
  const { isFlow } = await library();
  const path = pathArgument(module);
  if (path.endsWith('.phlow') && isFlow(path)) return serveFlow(host, path, name, settings);
  const loaded = await host.load(moduleArgument(module), { with: settings, ...held });
  return host.serve(loaded.name, name === undefined ? {} : { as: name });
}

/** A flow is a function of this host: each call is a run. */
async function serveFlow(
  host: Host,
  path: string,
  name: string | undefined,
  settings: unknown,
): Promise<ServedModule> {
  if (settings !== undefined)
    throw usage('Option --with is for modules: a flow has its settings in its file');
  const { openFlow } = await library();
  const flow = await openFlow(path, { host });
  const service = name ?? flow.info.name ?? basename(path, '.phlow');
  const { description } = flow.info;
  // Under another name than its own, which a module that it uses may have.
  const provided = `flow-${service}`.slice(0, MAX_NAME);
  await host.provide(
    provided,
    (input, { signal, deadline }) =>
      flow.run({
        main: input,
        signal,
        ...(deadline === undefined ? {} : { timeoutMs: Math.max(1, deadline - Date.now()) }),
      }),
    description === undefined ? {} : { description },
  );
  return host.serve(provided, { as: service });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else followAbort(signal, resolve);
  });
}
