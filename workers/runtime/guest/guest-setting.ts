import type { Log } from '../../../src/sdk/context.js';
import type { ValueMap } from '../../../src/values.js';
import type { GuestBoot } from '../../../src/wire/guest-boot.js';
import type { ModuleSetting } from '../handler-context.js';
import { ManualClock, realClock } from '../clock.js';
import type { Capabilities } from '../capabilities.js';
import { harden } from './ses.js';

/** What all packages of a guest's module share, frozen through and through. */
export function guestSetting(
  boot: GuestBoot,
  log: Log,
): Omit<ModuleSetting, keyof Capabilities | 'capabilitiesFor'> {
  return {
    name: boot.name,
    with: harden(boot.with as ValueMap),
    log: harden(log),
    clock: harden(boot.clock === 'manual' ? new ManualClock() : clockFor(boot.capabilities.clock)),
  };
}

/** Without a grant for more, time is told in whole milliseconds. */
function clockFor(granted: GuestBoot['capabilities']['clock']): typeof realClock {
  return granted === 'precise' ? realClock : { ...realClock, now: () => Math.floor(realClock.now()) };
}
