// class: capability abuse
// goal: leak
// Ways to write a path that lead out of a folder somewhere on the way from a module to the kernel.
export default async (pkg, ctx) => {
  const { fs } = ctx.context;
  const { secretFile, secretDir } = pkg;
  const up = [
    '..',
    '%2e%2e',
    '.%2e',
    '..%2f',
    '\u2024\u2024',
    '\uff0e\uff0e',
    '.\u0000.',
    '..;',
    '...',
    '. .',
  ];
  const paths = [
    secretFile,
    `/${secretFile}`,
    `.${secretFile}`,
    `file://${secretFile}`,
    `./link`,
    `./link/.`,
    `./hole`,
    `./out/secret.txt`,
    `$DATA/../secret.txt`,
    `$DATA${secretFile}`,
    `./$DATA/../../secret.txt`,
    `/proc/self/root${secretFile}`,
    `/proc/self/environ`,
    `/proc/self/cmdline`,
    `/proc/self/fd/0`,
    `./\u0000${secretFile}`,
    `${'./'.repeat(1_500)}../secret.txt`,
    `${'a/../'.repeat(50)}../secret.txt`,
    `\\\\?\\${secretFile}`,
    `./ok.txt\u0000/../../secret.txt`,
    `./out`,
    secretDir,
    ...up.flatMap((dots) => [`${dots}/secret.txt`, `./${dots}/secret.txt`, `./out/${dots}/secret.txt`]),
  ];
  const said = [];
  for (const path of paths)
    for (const use of ['readText', 'readBytes', 'list'])
      said.push(
        await fs[use](path).then(
          (found) => JSON.stringify(found),
          (error) => error.message,
        ),
      );
  return said.join('\n');
};
