// class: capability abuse
// goal: marker
// options: {"deadline":2500}
// Writes to what the host would read of it the next time: manifest, lock, entry, settings of others.
export default async (pkg, ctx) => {
  const { fs } = ctx.context;
  const texts = ['permissions: { childProcess: true }', '{}'];
  const names = [
    'phlow.yaml',
    'phlow.lock',
    'index.mjs',
    'package.json',
    '../attack/phlow.yaml',
    '../attack/index.mjs',
    '../../phlow.lock',
    '$DATA/phlow.yaml',
    '$DATA/../../phlow.lock',
    'hole',
    './hole',
    'out/marker',
    'out/attack/phlow.yaml',
    pkg.marker,
    `${pkg.dataDir}/x`,
    './.phlow/x',
    './node_modules/x/index.js',
    'CON',
    'nul',
    'a:b',
    'x\u0301',
    'ＯＵＴ/marker',
    'OUT/marker',
    'Hole',
  ];
  const said = [];
  for (const name of names)
    for (const use of ['writeText', 'remove'])
      said.push(
        await fs[use](name, texts[0]).then(
          () => `${use} ${name}`,
          (error) => error.message,
        ),
      );
  return said.join('\n');
};
