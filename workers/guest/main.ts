import { toFault } from '../../src/wire/fault.js';
import { PLANE, type Plane } from '../../src/wire/frame.js';
import type { GuestBoot } from '../../src/wire/guest-boot.js';
import { createTextCodec } from '../../src/wire/text-codec.js';
import { ModuleOutbox } from '../module-outbox.js';
import { runModule } from '../run-module.js';
import { answer } from './answer.js';
import type { Bridge } from './bridge.js';
import { connect, type GuestLink } from './connect.js';
import { createGuestLog } from './guest-log.js';
import { guestSetting } from './guest-setting.js';
import { loadText } from './load-text.js';
import { lockOwnClasses } from './own-classes.js';
import { connectPlatform, countTimers } from './platform.js';
import { realmHooks, watchRejections } from './realm-hooks.js';
import { rehearse } from './rehearse.js';
import { scuttleGuestRealm } from './scuttle.js';
import { harden } from './ses.js';
import { createTimers } from './timers.js';
import type { Natives } from './web/natives.js';

export const { formatStack, importModule, promiseRejected } = realmHooks;

/** A guest from locked realm to running module. Called once, by the boot code of a thread or a process, before any foreign code. */
export function start(bridge: Bridge): void {
  const { link, natives } = connect(bridge);
  const send = (plane: Plane, text: string): void => link.post(link.token + plane + text);
  connectPlatform(natives);
  lockOwnClasses();
  let isEnding = false;
  const report = (error: unknown): void => {
    // A module may leave a hundred thousand promises rejected: the first one ends it, and the host hears of no other.
    if (isEnding) return;
    isEnding = true;
    send(PLANE.uncaught, JSON.stringify(toFault(error)));
    link.exit();
  };
  link.onUncaught(report);
  watchRejections({ afterTurn: (call) => link.afterTurn(call), report });
  const open = (): void => {
    link.scuttle();
    scuttleGuestRealm();
    let take = (frame: string): void => {
      const boot = JSON.parse(frame.slice(1)) as GuestBoot;
      take = () => undefined;
      void run(boot, { link, natives, send, onFrame: (next) => void (take = next) });
    };
    link.onFrame((frame) => take(frame));
    send(PLANE.locked, '');
  };
  if (!link.wantsCache) open();
  else
    void rehearse((boot, say, onFrame) => run(boot, { link, natives, send: say, onFrame })).then(() => {
      send(PLANE.cache, link.cache());
      open();
    });
}

interface Ways {
  readonly link: GuestLink;
  readonly natives: Natives;
  readonly send: (plane: Plane, text: string) => void;
  readonly onFrame: (take: (frame: string) => void) => void;
}

async function run(boot: GuestBoot, { link, natives, send, onFrame }: Ways): Promise<void> {
  const { powers } = boot;
  const timers = createTimers(natives, powers.timers);
  countTimers(timers);
  const codec = createTextCodec({ maxLength: boot.maxLength, maxDepth: boot.maxDepth });
  const outbox = new ModuleOutbox(boot.name, (batch) => send(PLANE.data, codec.encode(batch) as string));
  const log = createGuestLog(
    boot.logLevel,
    boot.logBytesPerSecond,
    () => natives.now(),
    (text) => send(PLANE.log, text),
  );
  const running = await runModule({
    outbox,
    load: (net) =>
      loadText(boot, {
        natives,
        powers,
        timers,
        log,
        netFetch: powers.net ? (url, options) => net.fetch(url, options) : undefined,
      }),
    listen: (receive) =>
      onFrame((frame) => {
        if (frame[0] === PLANE.data) receive(codec.decode(frame.slice(1)));
      }),
    setting: guestSetting(boot, log),
    seal: harden,
    env: powers.env,
    checkInput: undefined,
    checkOutput: undefined,
    concurrency: boot.concurrency,
    isMain: boot.isMain,
    heapUsed: () => link.heapUsed(),
    osThreadId: undefined,
  });
  if (running === undefined) return;
  onFrame((frame) => {
    if (frame[0] === PLANE.data) running.server.receive(codec.decode(frame.slice(1)));
    else void answer(frame.slice(1), running.control, (text) => send(PLANE.control, text));
  });
}
