import { isMap } from '../../../../src/values.js';
import { Router, segmentsOf, type Match, type Segment } from '../router.js';
import { invalid } from '../setting-values.js';
import type { Platform } from '../platform.js';
import type { BodyRules } from './body-rules.js';
import { resolved } from './references.js';
import { StrictOperation } from './strict.js';

type Part = Readonly<Record<string, unknown>>;

/** One operation of the document. */
export interface Operation {
  /** The template of its path. */
  readonly path: string;
  /** In small letters. */
  readonly method: string;
  readonly body: BodyRules;
  /** All that the document says of it; undefined unless that is asked for. */
  readonly strict: StrictOperation | undefined;
}

/** The methods that a path can have, in the order in which answers list them. */
const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace'] as const;

/** An OpenAPI document: what it says of paths, methods and bodies. */
export class OpenApi {
  /** As it was given, for /openapi.json. */
  readonly text: string;
  readonly operations: readonly Operation[];
  readonly #router = new Router<Operation>();

  /**
   * @param warn takes a sentence about what cannot be resolved, and is therefore not checked.
   * @param compile where requests and responses are held to all that the document says
   * @throws PHLOW_WITH_INVALID for what is no OpenAPI document.
   */
  constructor(document: Part, warn: (message: string) => void, compile?: Platform['compile']) {
    const { paths } = document;
    if (!isMap(paths)) throw invalid('openapi_spec is no OpenAPI document: it has no paths');
    this.text = JSON.stringify(document);
    const operations: Operation[] = [];
    for (const [path, item] of Object.entries(paths)) {
      if (!isMap(item)) throw invalid(`openapi_spec is no OpenAPI document: paths["${path}"] is no object`);
      for (const method of METHODS) {
        const operation = item[method];
        if (!isMap(operation)) continue;
        const body = bodyRulesOf(document, operation, `${method} ${path}`, warn);
        const strict = compile && new StrictOperation(document, { path, method }, compile);
        const known = { path, method, body, strict };
        operations.push(known);
        this.#router.add(method.toUpperCase(), templateSegments(path), known);
      }
    }
    this.operations = operations;
  }

  /** The operations of the path by their methods, in the order of the document's own list of methods. */
  find(path: string): Match<Operation> | undefined {
    return this.#router.find(path);
  }
}

/** `/users/{id}`: a part in braces is a parameter; empty parts do not count. */
function templateSegments(template: string): readonly Segment[] {
  return segmentsOf(template)
    .filter((part) => part !== '')
    .map((part) => {
      const [, name] = /^\{(.+)\}$/.exec(part) ?? [];
      return name === undefined ? { kind: 'literal', text: part } : { kind: 'parameter', name };
    });
}

function bodyRulesOf(
  document: Part,
  operation: Part,
  at: string,
  warn: (message: string) => void,
): BodyRules {
  const body = resolved(document, operation['requestBody']);
  const content = isMap(body) ? body['content'] : undefined;
  const json = isMap(content) ? content['application/json'] : undefined;
  const written = isMap(json) ? json['schema'] : undefined;
  const schema = resolved(document, written);
  if (isMap(written) && !isMap(schema))
    warn(`The body of ${at} is not checked: $ref "${String(written['$ref'])}" leads nowhere in the document`);
  return {
    isRequired: isMap(body) && body['required'] === true,
    isJson: isMap(json),
    schema: isMap(schema) ? schema : undefined,
  };
}
