// class: liveness
// goal: dos
// options: {"stream":40,"deadline":3000,"wait":500}
// A reply that streams: tiny items without end, large ones, some that cannot be written, and an end that is no end.
export default async function* (pkg, ctx) {
  try {
    for (let i = 0; ; i++) {
      yield i % 7 === 0
        ? 'x'.repeat(900_000)
        : i % 5 === 0
          ? () => i
          : i % 3 === 0
            ? { toJSON: () => undefined }
            : i;
      if (i % 11 === 0) yield* [];
    }
  } finally {
    ctx.log('left');
    for (;;) yield 'and more';
  }
}
