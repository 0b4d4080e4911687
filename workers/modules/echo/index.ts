import { createStep } from '../../../src/sdk/index.js';

/** The echo module: answers with what it was given. */
export default createStep(({ input }) => input ?? null);
