// class: capability abuse
// goal: dos
// options: {"deadline":6000,"wait":300,"plants":{"data/pipe":"pipe","data/sub/pipe":"pipe","data/zero":"link /dev/zero","data/full":"link /dev/full","data/tty":"link /dev/tty","data/mem":"link /proc/self/mem","data/fds":"link /proc/self/fd","data/huge":"sparse 1099511627776","data/edge":"sparse 16777217"}}
// A granted folder with things in it that block, never end, or claim a size that nobody has.
export default async (pkg, ctx) => {
  const { fs } = ctx.context;
  const names = ['pipe', 'sub/pipe', 'zero', 'full', 'tty', 'mem', 'fds', 'fds/0', 'fds/3', 'huge', 'edge'];
  const uses = [];
  for (let round = 0; round < 4; round++)
    for (const name of names)
      for (const use of [
        () => fs.readText(`./${name}`),
        () => fs.readBytes(`./${name}`),
        () => fs.list(`./${name}`),
        () => fs.stat(`./${name}`),
        () => fs.writeText(`./${name}`, 'x'),
        () => fs.appendText(`./${name}`, 'x'),
      ])
        uses.push(
          use().then(
            (value) => String(JSON.stringify(value)).slice(0, 200),
            (error) => error.message,
          ),
        );
  return (await Promise.all(uses)).join('\n');
};
