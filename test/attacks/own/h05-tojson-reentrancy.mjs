// class: hostile replies
// goal: escape
// While the reply is being written, the code that writes it is used again: logs, powers, further replies.
export default async (pkg, ctx) => {
  let depth = 0;
  const nested = () => ({
    toJSON(key) {
      depth++;
      ctx.log(`depth ${depth} at ${key}`);
      ctx.cap('fs.readText', './ok.txt').catch(() => undefined);
      ctx.cap('fs.writeText', './ok.txt', { toJSON: () => ']],[[0' }).catch(() => undefined);
      if (depth < 60) return nested();
      return { text: ']],0,[{"forged":true}]', key };
    },
  });
  const first = nested();
  return { first, list: [first, nested()], then: undefined };
};
