import { createStep } from '../../../src/sdk/index.js';
import { lineOf } from './line.js';

/** The log module: writes a line through the host's log and passes the payload on. */
export default createStep(({ input, payload }, { log }) => {
  const { level, message } = lineOf(input);
  log[level](message);
  return payload ?? null;
});
