import { toFault } from '../../src/wire/fault.js';
import { PLANE, type Plane } from '../../src/wire/frame.js';
import type { GuestBoot } from '../../src/wire/guest-boot.js';
import { createTextCodec } from '../../src/wire/text-codec.js';
import { ModuleOutbox } from '../module-outbox.js';
import { runModule } from '../run-module.js';
import { answer } from './answer.js';
import { createGuestLog } from './guest-log.js';
import type { GuestLink } from './guest-link.js';
import { hardenPlatformErrors } from './harden-platform.js';
import { loadText } from './load-text.js';
import { guestSetting } from './guest-setting.js';
import { lockOwnClasses } from './own-classes.js';
import { harden } from './ses.js';

/** A guest from locked realm to running module. Called once, by the boot code of a thread or a process, before any foreign code. */
export function startGuest(link: GuestLink): void {
  const send = (plane: Plane, text: string): void => link.post(link.token + plane + text);
  lockOwnClasses();
  hardenPlatformErrors();
  if (link.cache !== undefined) send(PLANE.cache, link.cache());
  link.scuttle();
  let isEnding = false;
  link.onUncaught((error) => {
    // A module may leave a hundred thousand promises rejected: the first one ends it, and the host hears of no other.
    if (isEnding) return;
    isEnding = true;
    send(PLANE.uncaught, JSON.stringify(toFault(error)));
    link.exit();
  });
  link.onFrame((frame) => {
    const boot = JSON.parse(frame.slice(1)) as GuestBoot;
    link.onFrame(() => undefined);
    void run(boot, link, send);
  });
  send(PLANE.locked, '');
}

async function run(
  boot: GuestBoot,
  link: GuestLink,
  send: (plane: Plane, text: string) => void,
): Promise<void> {
  const codec = createTextCodec({ maxLength: boot.maxLength, maxDepth: boot.maxDepth });
  const outbox = new ModuleOutbox(boot.name, (batch) => send(PLANE.data, codec.encode(batch) as string));
  const log = createGuestLog(boot.logLevel, boot.logBytesPerSecond, (text) => send(PLANE.log, text));
  const running = await runModule({
    outbox,
    load: () => loadText(boot, log),
    listen: (receive) =>
      link.onFrame((frame) => {
        if (frame[0] === PLANE.data) receive(codec.decode(frame.slice(1)));
      }),
    setting: guestSetting(boot, log),
    seal: harden,
    env: boot.powers.env,
    checkInput: undefined,
    checkOutput: undefined,
    concurrency: boot.concurrency,
    isMain: boot.isMain,
    heapUsed: () => link.heapUsed(),
    osThreadId: undefined,
  });
  if (running === undefined) return;
  link.onFrame((frame) => {
    if (frame[0] === PLANE.data) running.server.receive(codec.decode(frame.slice(1)));
    else void answer(frame.slice(1), running.control, (text) => send(PLANE.control, text));
  });
}
