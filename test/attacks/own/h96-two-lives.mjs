// class: capability abuse
// goal: leak
// options: {"success":"REMAINED","deadline":4000}
// Whether anything of a module's stays behind in what is prepared for others: registries, prototypes, caches, names.
export default async (pkg, ctx) => {
  const mark = 'REMAINED-mark';
  const said = [];
  const places = [
    Object.prototype,
    Function.prototype,
    Array.prototype,
    Promise.prototype,
    URL.prototype,
    URL,
    Intl,
    Intl.DateTimeFormat?.prototype,
    Math,
    JSON,
    Reflect,
    console,
    Symbol,
    Error,
    globalThis.crypto,
    ctx.context.log,
    ctx.context.fs,
    ctx.context.net,
    (() => 0).constructor,
    Object.getPrototypeOf(function* () {}),
    RegExp,
  ];
  for (const place of places) {
    for (const put of [
      () => {
        place[mark] = 1;
      },
      () => Object.defineProperty(place, mark, { value: 1, configurable: true }),
      () => Object.setPrototypeOf(place, { [mark]: 1 }),
      () => {
        place.lastIndex = mark;
      },
      () => {
        place.input = mark;
      },
    ])
      try {
        put?.();
      } catch {
        /* Closed. */
      }
    try {
      if (place?.[mark] === 1)
        said.push(`REMAINED on ${String(place?.name ?? Object.prototype.toString.call(place))}`);
    } catch {
      /* Closed. */
    }
  }
  /secret-of-(.*)/.exec(`secret-of-${mark}`);
  for (const key of ['$1', '$_', 'lastMatch', 'input', 'leftContext', 'lastParen'])
    if (String(RegExp[key] ?? '').includes(mark)) said.push(`REMAINED in RegExp.${key}`);
  return said.join('\n') || 'nothing';
};
