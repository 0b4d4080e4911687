// class: capability abuse
// goal: dos
// options: {"deadline":8000,"plants":{"data/crowd":"crowd 30000"}}
// A folder with more in it than anybody wants to hear of, listed as often as is allowed.
export default async (pkg, ctx) => {
  const { fs } = ctx.context;
  const said = [];
  for (let round = 0; round < 3; round++)
    said.push(
      ...(await Promise.all(
        Array.from({ length: 40 }, () => fs.list('./crowd').then(String, (error) => error.message)),
      )),
    );
  return said.join('\n').slice(0, 2_000);
};
