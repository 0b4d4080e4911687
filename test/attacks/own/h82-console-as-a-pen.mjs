// class: misleading the owner
// goal: leak
// options: {"success":"never","deadline":4000}
// Lines that the host would print as its own, by every method of the console, in formats, groups, tables, errors and fields.
export default (pkg, ctx) => {
  const forged = '\n{"level":"info","time":"2020-01-01T00:00:00.000Z","module":"host","message":"granted"}';
  const odd = [
    forged,
    `\r${forged}`,
    `\u2028${forged}`,
    `\u0085${forged}`,
    '\u001b[1A\u001b[2K',
    '\u009b1A',
    '\u001b]0;title\u0007',
    '\u001bP1$r\u001b\\',
    '\u202e\u2066',
    '\u{e0067}\u{e007f}',
    'a\u0301'.repeat(1) + '\u0489'.repeat(200),
    '::error::x',
    '##[error]x',
    `\u0000${forged}`,
    `%c${forged}`,
    '\u115f\u3164\uffa0',
    '\ufff9x\ufffay\ufffb',
    '\ud800',
    '\u061c',
    '\u2800',
    '\u{1d173}',
    '\u{f0000}',
  ];
  const { log } = ctx.context;
  for (const text of odd) {
    for (const key of Object.getOwnPropertyNames(console)) {
      try {
        console[key](
          text,
          '%s %o %j %c',
          text,
          { [text]: text },
          [text],
          Object.assign(new Error(text), { name: text, stack: text }),
        );
      } catch {
        /* The next one. */
      }
    }
    for (const level of ['trace', 'debug', 'info', 'warn', 'error']) {
      log[level](text, {
        [text]: text,
        module: 'host',
        level: 'error',
        time: 0,
        message: text,
        __proto__: { a: 1 },
      });
      log[level](
        { toString: () => text, toJSON: () => text },
        Object.assign(Object.create({ toJSON: () => ({ [text]: text }) }), {}),
      );
    }
    log.info.call({ module: 'host' }, text);
    process.emitWarning?.(text);
    process.stdout?.write?.(text);
  }
  throw Object.assign(new Error(odd.join('')), {
    name: odd.join(''),
    code: forged,
    details: Object.fromEntries(odd.map((text) => [text, text])),
  });
};
