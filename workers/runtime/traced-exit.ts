import type { Log } from '../../src/sdk/context.js';

/** Has the log say where a module ends its thread by `process.exit`: the exit itself leaves nothing but a number. */
export function traceExits(log: Log): void {
  const exit = process.exit.bind(process);
  const traced = (code?: number | string | null): never => {
    const trace: { stack?: unknown } = {};
    Error.captureStackTrace(trace, traced);
    const caller = typeof trace.stack === 'string' ? (trace.stack.split('\n')[1]?.trim() ?? '') : '';
    // Node itself calls it after an error that nobody caught, which is told in its own way.
    if (!caller.includes('(node:')) log.error(`process.exit(${code ?? ''}) was called ${caller}`.trimEnd());
    return exit(code);
  };
  process.exit = traced;
}
