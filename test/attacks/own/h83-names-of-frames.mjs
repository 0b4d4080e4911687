// class: host tooling
// goal: leak
// options: {"deadline":4000}
// Functions, sources and evaluations whose names look like places in files: does the host open them to show the line?
const place = (path) =>
  `x (${path}:1:1)\n    at y (${path}:1:1)\n    at ${path}:1:1\n    at file://${path}:1:1`;
export default async (pkg, ctx) => {
  const path = pkg.secretFile;
  const named = (name, run) => Object.defineProperty(run, 'name', { value: name });
  const runs = [
    named(place(path), () => {
      throw new Error('named');
    }),
    () => Function(`throw new Error('source')\n//# sourceURL=${path}`)(),
    () => (0, eval)(`throw new Error('source')\n//# sourceURL=file://${path}`),
    () => Function(`throw new Error('map')\n//# sourceMappingURL=file://${path}`)(),
    () =>
      Function(
        `throw new Error('map')\n//# sourceMappingURL=data:application/json,${encodeURIComponent(JSON.stringify({ version: 3, sources: [path], sourcesContent: [null], mappings: 'AAAA', names: [] }))}`,
      )(),
    () => {
      throw Object.assign(new Error('own'), {
        stack: `${path}:1\nx\n^\n\nError: own\n    at ${place(path)}`,
      });
    },
    () => {
      throw Object.assign(new SyntaxError('own'), {
        stack: `file://${path}:1\nx\n^\n\nSyntaxError: own`,
        fileName: path,
        lineNumber: 1,
      });
    },
    () => {
      throw new Error(`\n    at ${place(path)}`);
    },
  ];
  for (const run of runs) {
    try {
      run();
    } catch (error) {
      ctx.context.log.error('caught', { stack: error.stack, error });
      console.error(error);
    }
    queueMicrotask(() => undefined);
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  return Promise.reject(
    Object.assign(
      new Error('all', {
        cause: new AggregateError(
          runs.map((run) => {
            try {
              return run();
            } catch (error) {
              return error;
            }
          }),
        ),
      }),
      { stack: `Error: all\n    at ${place(path)}` },
    ),
  );
};
