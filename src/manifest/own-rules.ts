import type * as Ajv from 'ajv/dist/2020.js';
import { RULES_NAME } from './check-from-code.js';
import { isMultipleOf } from './multiple-of.js';
import { STRING_FORMATS } from './string-formats.js';

/**
 * Puts our own functions behind two keywords: the library's `multipleOf` divides doubles, so that 19.99 is no multiple of 0.01, and the code of
 * its `format` finds functions in a package that a module's thread does not have.
 *
 * @param _ the library's tag for pieces of JavaScript.
 */
export function addOwnRules(checker: Ajv.Ajv2020, _: typeof Ajv._): void {
  const rules = _`require(${RULES_NAME})`;
  checker.removeKeyword('multipleOf').addKeyword({
    keyword: 'multipleOf',
    type: 'number',
    schemaType: 'number',
    code(context) {
      const { gen, data, schemaCode } = context;
      const isMultiple = gen.scopeValue('func', { ref: isMultipleOf, code: _`${rules}.isMultipleOf` });
      context.fail(_`!${isMultiple}(${data}, ${schemaCode})`);
    },
    error: {
      message: 'must be a multiple of the number',
      params: ({ schemaCode }) => _`{multipleOf: ${schemaCode}}`,
    },
  });
  checker.removeKeyword('format').addKeyword({
    keyword: 'format',
    type: 'string',
    schemaType: 'string',
    code(context) {
      const { gen, data } = context;
      const name: unknown = context.schema;
      if (typeof name !== 'string' || !Object.hasOwn(STRING_FORMATS, name)) return;
      const test = gen.scopeValue('func', {
        ref: STRING_FORMATS[name],
        code: _`${rules}.formats[${name}]`,
      });
      context.fail(_`!${test}(${data})`);
    },
    error: { message: 'must have the format', params: ({ schemaCode }) => _`{format: ${schemaCode}}` },
  });
}
