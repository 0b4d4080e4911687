// class: capability abuse
// goal: leak
// Arguments of powers that are one thing when they are checked and another when they are used.
export default async (pkg, ctx) => {
  const said = [];
  const { secretFile, linkFile } = pkg;
  const changing = (...values) => ({
    toString: () => values[0],
    valueOf: () => (values.length > 1 ? values.shift() : values[0]),
    toJSON: () => (values.length > 1 ? values.shift() : values[0]),
    [Symbol.toPrimitive]: () => (values.length > 1 ? values.shift() : values[0]),
    get length() {
      return values.length;
    },
    split: () => [secretFile],
    startsWith: () => true,
    then: (resolve) => resolve(secretFile),
  });
  const paths = [
    changing('./ok.txt', secretFile),
    changing('./ok.txt', linkFile, secretFile),
    [secretFile],
    Object.assign(new String('./ok.txt'), { toJSON: () => secretFile }),
    Promise.resolve(secretFile),
    { path: './ok.txt', __proto__: { toString: () => secretFile } },
  ];
  for (const path of paths)
    for (const name of ['readText', 'readBytes', 'list', 'stat'])
      said.push(
        await ctx.context.fs[name](path).then(
          (found) => JSON.stringify(found),
          (error) => String(error.message),
        ),
      );
  return said.join('\n');
};
