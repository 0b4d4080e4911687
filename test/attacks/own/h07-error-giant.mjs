// class: hostile replies
// goal: dos
// options: {"deadline":3000}
// An error that is as large and as slow to read as can be, with causes without end and stacks made to keep a reader busy.
export default () => {
  const line = `    at ${'phlow-module:attack:'.repeat(200)} (${' '.repeat(2_000)}at `;
  const stack = `Error: x\n${line.repeat(60)}\n${'    at phlow-module:attack:1:1\n'.repeat(4_000)}`;
  let error = new Error('m'.repeat(100_000));
  for (let i = 0; i < 200; i++) {
    const outer = new Error(`cause ${i}`);
    Object.defineProperty(outer, 'cause', { value: error });
    Object.defineProperty(outer, 'stack', { value: stack.slice(0, 60_000) });
    error = outer;
  }
  Object.defineProperty(error, 'details', { value: { toJSON: () => 'd'.repeat(300_000) } });
  Object.defineProperty(error, 'name', { value: 'N'.repeat(50_000) });
  throw error;
};
