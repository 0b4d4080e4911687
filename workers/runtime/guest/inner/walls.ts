import { closeModules } from './close-modules.js';
import { emptyNatives } from './empty-natives.js';
import { freezePlatform } from './freeze-platform.js';
import { openNodeInternals } from './node-internals.js';
import { shutClasses } from './shut-classes.js';

/**
 * What stands behind a realm that has fallen: code that holds objects of Node in a guest's thread or process finds nothing behind them. Called
 * once, when all code of ours has been loaded and before any other is.
 */
export function raiseInnerWalls(global: object, platform: NodeJS.Process): void {
  const internals = openNodeInternals(platform);
  shutClasses(internals);
  freezePlatform(internals, global);
  emptyNatives(internals);
  closeModules(internals);
}
