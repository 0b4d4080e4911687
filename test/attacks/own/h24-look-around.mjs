// class: ambient authority
// goal: leak
// options: {"deadline":4000}
// Everything that can be reached from what a module is given, read as text.
import { report } from './_look.mjs';

export default async (pkg, ctx) => {
  const denied = await ctx.context.fs.readText('/etc/hostname').catch((error) => error);
  const failed = await ctx.context.fs.readText('./none').catch((error) => error);
  const roots = { ctx, denied, failed, globalThis, process: globalThis.process, items: ctx.items, pkg };
  return Object.entries(roots)
    .map(([name, root]) => `${name}: ${report(root, ctx)}`)
    .join('\n')
    .slice(0, 900_000);
};
