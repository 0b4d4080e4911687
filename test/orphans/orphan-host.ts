import { createHost, type LogLine } from '../../src/index.js';
import { guestTexts } from '../../src/host/executors/guest/guest-texts.js';
import type { GuestKind, Hold } from './guests.js';
import { endBy, noteHandles, type Way } from './ways.js';

/** What a host is started for; its arguments. */
export interface OrphanJob {
  readonly folder: string;
  readonly kind: GuestKind;
  readonly hold: Hold;
  readonly way: Way;
  /** Node by a name of this run only, which marks all that it starts. */
  readonly node: string;
}

// A host whose guest is at something, and which then ends in one of the ways that a process ends.
const job = JSON.parse(process.argv[2] ?? '') as OrphanJob;
process.execPath = job.node;
noteHandles();
if (job.kind === 'ignores signals') {
  const deaf = `for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => undefined);`;
  const { boot } = guestTexts();
  Object.assign(boot, { process: `${deaf}\n${boot.process}` });
}
const [isolation, how] = job.hold.split(', ') as ['trusted' | 'sandboxed' | 'isolated', string | undefined];
const say = (line: LogLine): void => {
  if (line.message === 'busy') process.stdout.write('busy\n');
};
const host = await createHost({ log: say, logLevel: 'info' });
const jail =
  isolation !== 'isolated'
    ? {}
    : { jail: how?.startsWith('in ') === true ? ('required' as const) : ('off' as const) };
const options = { isolation, ...jail, restart: 'never', limits: { callMs: 60_000 } } as const;
const loaded = host.load(job.folder, options);
if (job.kind === 'bundles') {
  loaded.catch(() => undefined);
  process.stdout.write('busy\n');
} else if (job.kind === 'loads') {
  loaded.catch(() => undefined);
} else {
  const module = await loaded;
  // A second one of the kind waits for the next module.
  module.call({}).catch(() => undefined);
}
process.on('message', () => endBy(job.way));
