// class: realm escape
// goal: escape
// The classes of the host that a module meets (errors, contexts, streams) made anew, extended, and asked for stacks.
import { report } from './_look.mjs';

export default async (pkg, ctx) => {
  const said = [];
  const attempt = (run) => {
    try {
      said.push(report(run(), ctx, 500));
    } catch (error) {
      said.push(String(error?.message).slice(0, 200));
    }
  };
  const error = await ctx.context.fs.readText('/none').catch((thrown) => thrown);
  const classes = [error, ctx.context, ctx.items, ctx.context.signal, ctx.context.clock, ctx.context.fs]
    .filter(Boolean)
    .map((value) => value.constructor);
  for (const Class of classes) {
    attempt(() => {
      Class.prepareStackTrace = (_error, sites) =>
        sites.map((site) => [site.getThis?.(), site.getFunction?.()]);
      Class.stackTraceLimit = 1_000;
      return new Class('PHLOW_INTERNAL', 'x', { cause: error }).stack;
    });
    attempt(() => Class.captureStackTrace?.(said) ?? said.stack);
    attempt(() => Object.getPrototypeOf(Class).prepareStackTrace);
    attempt(() => new Class({ powersFor: (id) => ({ fs: id, net: id }) }, 1).fs);
    attempt(() => Object.assign(Class.prototype, { polluted: 1 }));
    attempt(() => Reflect.construct(Class, [{}, 7], Object));
    attempt(() => new (class extends Class {})({}, 1));
  }
  attempt(() => ctx.context.signal.constructor.any?.([AbortSignal.timeout(1)]));
  let site;
  Error.prepareStackTrace = (_error, sites) => sites;
  attempt(() => {
    site = new Error('x').stack;
    return [site[0]?.getThis?.(), site[0]?.getFunction?.(), site[0]?.getEvalOrigin?.()];
  });
  return said.join('\n').slice(0, 500_000);
};
