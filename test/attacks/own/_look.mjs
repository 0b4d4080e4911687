// Shared by attacks: everything textual that can be reached from a value, as far as a few thousand steps lead.
export function report(root, ctx, most = 3_000) {
  const seen = new Set();
  const queue = [root];
  const texts = new Set();
  while (queue.length > 0 && seen.size < most) {
    const at = queue.shift();
    if (typeof at === 'string') texts.add(at.slice(0, 400));
    if ((typeof at !== 'object' && typeof at !== 'function') || at === null || seen.has(at)) continue;
    seen.add(at);
    try {
      queue.push(Object.getPrototypeOf(at));
      for (const key of Reflect.ownKeys(at)) {
        queue.push(typeof key === 'symbol' ? String(key.description) : key);
        const found = Reflect.getOwnPropertyDescriptor(at, key);
        queue.push(found.value, found.get, found.set);
        if (found.get) queue.push(Reflect.apply(found.get, at, []));
      }
      if (typeof at === 'function') {
        queue.push(Function.prototype.toString.call(at));
        const made = at.constructor('return typeof process === "object" ? process : globalThis')();
        queue.push(made, made?.env, made?.argv, made?.mainModule);
      }
    } catch (error) {
      queue.push(error);
    }
  }
  if (ctx?.log) texts.add(String(ctx.name));
  return [...texts].join('\n').slice(0, 200_000);
}
