import { toFault } from '../../../src/wire/fault.js';
import {
  PLANE,
  type Plane,
  type Answer,
  type ControlCall,
  type ControlRequest,
} from '../../../src/wire/frame.js';
import type { GuestBoot } from '../../../src/wire/guest-boot.js';
import type { Batch } from '../../../src/wire/protocol.js';
import { batchOf, encodeFrames } from '../../../src/wire/text-codec.js';
import { ModuleOutbox } from '../module-outbox.js';
import { runModule } from '../run-module.js';
import type { BufferBounds } from './bound-buffers.js';
import type { Bridge } from './bridge.js';
import { connect, type GuestLink } from './connect.js';
import { createGuestLog } from './guest-log.js';
import { loadText } from './load-text.js';
import { lockOwnClasses } from './own-classes.js';
import { connectPlatform, countTimers } from './platform.js';
import { realmHooks, watchRejections } from './realm-hooks.js';
import { rehearse } from './rehearse.js';
import { scuttleGuestRealm } from './scuttle.js';
import { harden } from './ses.js';
import { createTimers } from './timers.js';
import type { Natives } from './web/natives.js';
import type { Log } from '../../../src/sdk/context.js';
import type { ValueMap } from '../../../src/values.js';
import type { ModuleSetting } from '../handler-context.js';
import { ManualClock, realClock } from '../clock.js';
import type { Capabilities } from '../capabilities.js';

/** What all packages of a guest's module share, frozen through and through. */
function guestSetting(
  boot: GuestBoot,
  log: Log,
): Omit<ModuleSetting, keyof Capabilities | 'capabilitiesFor' | 'emit'> {
  return {
    name: boot.name,
    with: harden(batchOf(JSON.parse(boot.with))[1] as ValueMap),
    log: harden(log),
    clock: harden(boot.clock === 'manual' ? new ManualClock() : clockFor(boot.capabilities.clock)),
  };
}

/** Without a grant for more, the clock gives whole milliseconds. */
function clockFor(granted: GuestBoot['capabilities']['clock']): typeof realClock {
  return granted === 'precise' ? realClock : { ...realClock, now: () => Math.floor(realClock.now()) };
}

type GuestControl = Record<ControlCall, () => unknown>;

/** Answers one question of the control plane. */
async function answer(question: string, control: GuestControl, post: (text: string) => void): Promise<void> {
  const [id, what] = JSON.parse(question) as ControlRequest;
  try {
    post(JSON.stringify([id, true, (await control[what]()) ?? null] satisfies Answer));
  } catch (error) {
    post(JSON.stringify([id, false, toFault(error)] satisfies Answer));
  }
}

// Taken before the realm is emptied.
const { limitBuffers } = globalThis as BufferBounds;

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

/** What the host sends needs no caution: `encodeFrames` has written it. */
function batchIn(frame: string): Batch {
  return batchOf(JSON.parse(frame.slice(1)));
}

async function run(boot: GuestBoot, { link, natives, send, onFrame }: Ways): Promise<void> {
  const { capabilities } = boot;
  limitBuffers?.(boot.maxBufferBytes);
  const timers = createTimers(natives, capabilities.timers);
  countTimers(timers);
  const limits = { maxLength: boot.maxLength, maxDepth: boot.maxDepth, isReadInSlices: true };
  const post = (batch: Batch): void =>
    encodeFrames(batch, limits).forEach((frame) => send(PLANE.data, frame));
  const outbox = new ModuleOutbox(boot.name, post, 'text');
  const { log, flush } = createGuestLog(boot.logLevel, boot.logBytesPerSecond, natives, (text) =>
    send(PLANE.log, text),
  );
  const running = await runModule({
    outbox,
    load: (net) =>
      loadText(boot, {
        natives,
        capabilities,
        timers,
        log,
        netFetch: capabilities.net ? (url, options) => net.fetch(url, options) : undefined,
      }),
    listen: (receive) =>
      onFrame((frame) => {
        if (frame[0] === PLANE.data) receive(batchIn(frame));
      }),
    setting: guestSetting(boot, log),
    flushLog: flush,
    seal: harden,
    events: boot.events,
    env: capabilities.env,
    checkInput: undefined,
    checkOutput: undefined,
    concurrency: boot.concurrency,
    isMain: boot.isMain,
    heapUsed: () => link.heapUsed(),
    osThreadId: undefined,
  });
  if (running === undefined) return;
  const { server, control } = running;
  const receive = (frame: string): void => server.receive(batchIn(frame));
  /** What comes while garbage is collected waits: it would leave more of it. */
  let waiting: string[] | undefined;
  const release = (): void => {
    const frames = waiting ?? [];
    waiting = undefined;
    frames.forEach(receive);
  };
  const collect = async (): Promise<unknown> => {
    waiting ??= [];
    await new Promise<void>((resolve) => link.collect(resolve));
    link.afterTurn(release);
    return control.inspect();
  };
  const answers: GuestControl = { ...control, collect };
  onFrame((frame) => {
    if (frame[0] === PLANE.data && waiting !== undefined) waiting.push(frame);
    else if (frame[0] === PLANE.data) receive(frame);
    else void answer(frame.slice(1), answers, (text) => send(PLANE.control, text));
  });
}
