// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":20000}
// Generators, delegation and awaited returns catch what the engine throws beneath them.
import { loot, platformCalls, triedLater } from './_realm.mjs';

export default async (pkg, ctx) => {
  const said = [];
  const look = (value) => said.push(loot(value, pkg, 40));
  const { calls } = platformCalls(pkg, ctx);
  const overflow = () => {
    try {
      return overflow();
    } catch (error) {
      look(error);
      throw error;
    }
  };
  const bad = (run) => ({
    then(...settlers) {
      settlers.forEach(look);
      return run();
    },
  });
  for (const call of [
    ...Object.values(calls).slice(0, 12),
    overflow,
    () => null.x,
    () => new Array(-1),
    () => BigInt(1.5),
    () => 'x'.repeat(2 ** 30),
  ]) {
    const inner = {
      [Symbol.asyncIterator]: () => ({
        next: () => bad(call),
        return: () => bad(call),
        throw: () => bad(call),
      }),
    };
    const sources = [
      async function* () {
        yield* inner;
      },
      async function* () {
        try {
          yield bad(call);
        } catch (error) {
          look(error);
          yield error;
        }
      },
      async function* () {
        try {
          yield 1;
        } finally {
          call();
        }
      },
      async function* () {
        return bad(call);
      },
      async function* () {
        yield* (function* () {
          try {
            yield call();
          } catch (error) {
            look(error);
            yield error;
          }
        })();
      },
    ];
    for (const source of sources) {
      for (const way of ['next', 'return', 'throw']) {
        const it = source();
        said.push(
          await triedLater(() => it.next(1), pkg, 60),
          await triedLater(() => it[way](bad(call)), pkg, 60),
          await triedLater(() => it.return(1), pkg, 60),
        );
      }
    }
  }
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
