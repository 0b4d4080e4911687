// class: floods
// goal: dos
// options: {"deadline":4000,"wait":500}
// Promises, microtasks and rejections by the million while packages of others wait.
export default async (pkg, ctx) => {
  for (let i = 0; i < 200_000; i++) {
    queueMicrotask(() =>
      Promise.reject({
        i,
        get stack() {
          throw new Error('no');
        },
      }),
    );
    if (i % 50_000 === 0) ctx.log(`at ${i}`);
  }
  const spin = () => Promise.resolve().then(spin);
  setTimeout(spin, 10);
  await new Promise((resolve) => setTimeout(resolve, 50));
  return 'done';
};
