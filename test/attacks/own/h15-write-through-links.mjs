// class: capability abuse
// goal: marker
// Links in a granted folder lead out of it, one of them to a file that is not there yet: writing through it would make the marker.
export default async (pkg, ctx) => {
  const { fs } = ctx.context;
  const said = [];
  for (const path of ['./hole', './out/marker', './out/./marker', 'hole', `${pkg.dataDir}/hole`, pkg.marker])
    for (const use of [
      () => fs.writeText(path, 'x'),
      () => fs.appendText(path, 'x'),
      () => fs.writeBytes(path, new Uint8Array([1])),
      () => fs.remove(path),
      () => fs.writeText(path, 'x'),
    ])
      said.push(
        await use().then(
          () => `wrote ${path}`,
          (error) => error.message,
        ),
      );
  return said.join('\n');
};
