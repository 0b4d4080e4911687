import {
  createEndowments as create,
  type EndowmentParts,
} from '../../../workers/runtime/guest/endowments.js';
import { harden } from '../../../workers/runtime/guest/ses.js';
import type { Oracle } from './guest/oracle.js';

/** What the proof adds to a module's globals. */
export const proof: { oracle: Oracle | undefined; planted: unknown } = {
  oracle: undefined,
  planted: undefined,
};

export type { EndowmentParts };

/** Stands in the place of the real one in the core that the proof builds. */
export function createEndowments(parts: EndowmentParts): object {
  const { oracle, planted } = proof;
  return harden({
    ...create(parts),
    proofOracle: oracle,
    ...(planted === undefined ? {} : { planted }),
  });
}
