import { messageOf } from '../../errors.js';
import type { FlowDocument } from '../document/flow-document.js';
import type { Findings } from '../findings.js';
import type { FlowNode } from '../node.js';
import type { CompileExpression } from '../plan/compile.js';
import { compilerFor } from '../plan/compile-expression.js';
import { casesOf, readTests } from '../tests/test-tree.js';

/** Checks the test cases of a flow: their shape, their mocks, and every expression in them. */
export function checkTests(document: FlowDocument, findings: Findings): void {
  const compile = compilerFor({ modules: new Map() });
  for (const test of casesOf(readTests(document, findings))) {
    for (const node of [test.main, test.payload, test.assert, test.assertEq, test.expectError]) {
      if (node !== undefined) check(node, compile, findings);
    }
    if ((test.assert ?? test.assertEq ?? test.expectError) === undefined) {
      findings.warning(
        `the test "${test.title}" fails in any case: it has neither assert nor assert_eq nor expect_error`,
        test.spot,
      );
    }
  }
}

function check(node: FlowNode, compile: CompileExpression, findings: Findings): void {
  try {
    findings.unknownNames(compile(node).unknownNames());
  } catch (error) {
    findings.error(`Test error: Compile error: ${messageOf(error)}`, node.spot, error);
  }
}
