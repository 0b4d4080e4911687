import { messageOf } from '../../errors.js';
import type { FlowDocument } from '../document/flow-document.js';
import type { Diagnostics } from '../diagnostics.js';
import type { FlowNode } from '../node.js';
import type { CompileExpression } from '../plan/compile.js';
import { compilerFor } from '../plan/compile-expression.js';
import { casesOf, readTests } from '../tests/test-tree.js';

/** Checks the test cases of a flow: their shape, their mocks, and every expression in them. */
export function checkTests(document: FlowDocument, diagnostics: Diagnostics): void {
  const compile = compilerFor({ modules: new Map() });
  for (const test of casesOf(readTests(document, diagnostics))) {
    for (const node of [test.main, test.payload, test.assert, test.assertEq, test.expectError]) {
      if (node !== undefined) check(node, compile, diagnostics);
    }
    if ((test.assert ?? test.assertEq ?? test.expectError) === undefined) {
      diagnostics.warning(
        `the test "${test.title}" fails in any case: it has neither assert nor assert_eq nor expect_error`,
        test.range,
      );
    }
  }
}

function check(node: FlowNode, compile: CompileExpression, diagnostics: Diagnostics): void {
  try {
    diagnostics.unknownNames(compile(node).unknownNames());
  } catch (error) {
    diagnostics.error(`Test error: Compile error: ${messageOf(error)}`, node.range, error);
  }
}
