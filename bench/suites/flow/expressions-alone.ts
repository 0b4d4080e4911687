import { buildFlow } from '../../../src/runtime/build-flow.js';
import { DISK } from '../../../src/flow/source/flow-files.js';
import { Diagnostics } from '../../../src/flow/diagnostics.js';
import type { PhsValue } from '../../../src/phs/values/value.js';
import type { Value } from '../../../src/index.js';

/**
 * The expressions of a flow without the flow: compiled as the flow compiles them, evaluated one after the other, each handing its value
 * on to the next. Calls of modules are left out, their inputs are not. For flows in a straight line.
 */
export function expressionsAlone(text: string): (main: Value) => PhsValue {
  const findings = new Diagnostics();
  const { plan } = buildFlow({ kind: 'text', path: 'bench.phlow', text }, findings, DISK);
  findings.check();
  return (main) => {
    const steps: Record<string, PhsValue> = {};
    const scope: { main: Value; payload: PhsValue; steps: PhsValue } = { main, payload: null, steps };
    for (const { assert, work, payload, document } of plan.steps) {
      if (assert !== undefined && assert.evaluate(scope) !== true) continue;
      if (work?.kind === 'use') scope.payload = work.input?.evaluate(scope);
      if (payload === undefined) continue;
      scope.payload = payload.evaluate(scope);
      if (document.id !== undefined) steps[document.id.text] = scope.payload;
    }
    return scope.payload;
  };
}
