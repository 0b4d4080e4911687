import { textOf } from '../../values.js';
import { didYouMean, foundInstead } from '../../nearest.js';
import type { Diagnostics } from '../diagnostics.js';
import { valueOf, type FlowNode, type ListNode, type MapEntry, type MapNode } from '../node.js';
import type { Branch, NamedBranch, PlacedText, StepDocument, TargetDocument } from './flow-document.js';
import { isLogUse, levelHint, readLogs } from './read-logs.js';
import { readAtOnce, readOnce, readTimeout } from './read-limits.js';
import { readRetry } from './read-retry.js';
import { readStream } from './read-stream.js';
import { isShorthand, readShorthand } from './shorthand.js';
import { FOR_EACH_KEYS, OTHER_WORDS, REMARK_KEYS, STEP_KEYS } from './step-keys.js';

/** Reads steps and branches (docs/spec/flow.md 7, 9.1). */
export class StepReader {
  readonly #known: ReadonlySet<string>;
  readonly #diagnostics: Diagnostics;

  constructor(known: ReadonlySet<string>, diagnostics: Diagnostics) {
    this.#known = known;
    this.#diagnostics = diagnostics;
  }

  list(node: ListNode, path: string): readonly StepDocument[] {
    return node.items
      .map((item, index) => this.#item(item, `${path}[${index}]`))
      .filter((step) => step !== undefined);
  }

  #item(node: FlowNode, path: string): StepDocument | undefined {
    if (node.kind === 'map') return this.#step(node, path);
    const found = node.kind === 'list' ? 'a list' : `"${textOf(node.value)}"`;
    this.#diagnostics.error(`a step must be a mapping: found ${found} at ${path}`, node.range);
    return undefined;
  }

  /** A branch: a list of steps, one step, or a mapping with `steps`. Left empty it is no branch at all. */
  branch(entry: MapEntry | undefined, path: string): Branch | undefined {
    if (entry === undefined) return undefined;
    const node = entry.value;
    // The flow's own branches have no step around them.
    const at = path === '' ? entry.key : `${path}.${entry.key}`;
    if (node.kind === 'list') return { steps: this.list(node, at), range: entry.range };
    if (node.kind === 'map') return { steps: this.#mappingSteps(node, at), range: entry.range };
    if (node.value !== null) {
      const found = `"${textOf(node.value)}"`;
      this.#diagnostics.error(
        `a branch must be a step, a list of steps or a mapping with steps: found ${found} at ${at}`,
        node.range,
      );
    }
    return undefined;
  }

  /** The keys beside `steps` form a first step of their own. */
  #mappingSteps(node: MapNode, path: string): readonly StepDocument[] {
    const inner = node.entries.get('steps');
    const own = new Map(node.entries);
    own.delete('steps');
    const first = own.size === 0 ? [] : [this.#step({ ...node, entries: own }, path)];
    return inner?.value.kind === 'list' ? [...first, ...this.list(inner.value, `${path}.steps`)] : first;
  }

  #step(node: MapNode, path: string): StepDocument {
    const get = (key: string): FlowNode | undefined => node.entries.get(key)?.value;
    const short = readShorthand(node, this.#known, this.#diagnostics);
    const use = short?.use ?? placedText(get('use'));
    const logs = readLogs(node);
    const isLog = logs.length > 0;
    const step: StepDocument = {
      path,
      id: placedText(get('id')),
      label: placedText(get('label'))?.text,
      assert: this.#assert(node),
      then: this.branch(node.entries.get('then'), path),
      else: this.branch(node.entries.get('else'), path),
      logs,
      isLog,
      return: get('return'),
      input: short === undefined ? get('input') : short.input,
      use: use !== undefined && isLogUse(use.text) ? undefined : use,
      parallel: this.#parallel(node.entries.get('parallel'), path),
      forEach: this.#forEach(node.entries.get('for_each'), path),
      isStream: readStream(node, this.#diagnostics),
      payload: get('payload'),
      to: this.#target(get('to')),
      timeoutMs: readTimeout(node.entries.get('timeout'), this.#diagnostics),
      isOnce: readOnce(node.entries.get('once'), this.#diagnostics),
      retry: readRetry(node.entries.get('retry'), this.#diagnostics),
      onError: this.branch(node.entries.get('on_error'), path),
      range: node.range,
    };
    this.#check(step, node);
    return step;
  }

  #assert(node: MapNode): FlowNode | undefined {
    const condition = node.entries.get('condition');
    if (condition === undefined) return node.entries.get('assert')?.value;
    if (condition.value.kind !== 'map') return condition.value;
    const inner = condition.value.entries.get('assert');
    if (inner !== undefined) return inner.value;
    const legacy = ['left', 'operator', 'right'].some(
      (key) => condition.value.kind === 'map' && condition.value.entries.has(key),
    );
    const hint = legacy
      ? '; the form with left, operator and right is gone: write `assert: left == right`'
      : '';
    this.#diagnostics.error(`Condition error: Assert invalid: does not exist${hint}`, condition.range);
    return undefined;
  }

  #target(node: FlowNode | undefined): TargetDocument | undefined {
    if (node === undefined) return undefined;
    if (node.kind === 'scalar') {
      return node.value === null ? undefined : { kind: 'id', id: textOf(node.value), range: node.range };
    }
    const number = (key: string): number => {
      const value = node.kind === 'map' ? node.entries.get(key)?.value : undefined;
      return value?.kind === 'scalar' && typeof value.value === 'number' ? value.value : NaN;
    };
    const target = {
      kind: 'position',
      pipeline: number('pipeline'),
      step: number('step'),
      range: node.range,
    } as const;
    if (Number.isInteger(target.pipeline) && Number.isInteger(target.step)) return target;
    this.#diagnostics.error(
      '"to" must be the id of a step, or a mapping with the numbers pipeline and step',
      node.range,
    );
    return undefined;
  }

  #parallel(entry: MapEntry | undefined, path: string): readonly NamedBranch[] | undefined {
    if (entry === undefined) return undefined;
    if (entry.value.kind !== 'map') {
      this.#diagnostics.error(
        '"parallel" must be a mapping from names to branches',
        entry.value.range ?? entry.range,
      );
      return undefined;
    }
    return [...entry.value.entries.values()].map((own) => {
      const branch = this.branch(own, `${path}.parallel`);
      return { name: own.key, steps: branch?.steps ?? [], range: own.range };
    });
  }

  #forEach(entry: MapEntry | undefined, path: string): StepDocument['forEach'] {
    if (entry === undefined) return undefined;
    const node = entry.value;
    const items = node.kind === 'map' ? node.entries.get('in')?.value : undefined;
    const body = node.kind === 'map' ? this.branch(node.entries.get('steps'), `${path}.for_each`) : undefined;
    if (node.kind !== 'map' || items === undefined || body === undefined) {
      const found =
        node.kind === 'map'
          ? foundInstead(items === undefined ? 'in' : 'steps', node.entries.keys(), FOR_EACH_KEYS)
          : '';
      this.#diagnostics.error(
        `"for_each" must be a mapping with "in" (a list) and "steps"${found}`,
        node.range ?? entry.range,
      );
      return undefined;
    }
    for (const { key, range } of node.entries.values()) {
      if (FOR_EACH_KEYS.has(key)) continue;
      this.#diagnostics.warning(
        `the key "${key}" means nothing in "for_each".${didYouMean(key, FOR_EACH_KEYS)}`,
        range,
      );
    }
    return { in: items, atOnce: readAtOnce(node.entries.get('at_once'), this.#diagnostics), body };
  }

  #check(step: StepDocument, node: MapNode): void {
    const works = [
      step.use === undefined ? undefined : `use "${step.use.text}"`,
      step.parallel === undefined ? undefined : 'parallel',
      step.forEach === undefined ? undefined : 'for_each',
    ].filter((work) => work !== undefined);
    if (works.length > 1) {
      this.#diagnostics.error(
        `a step does one of use, parallel and for_each: found ${works.join(' and ')}`,
        step.range,
      );
    }
    for (const { key, range } of node.entries.values()) {
      if (STEP_KEYS.has(key) || REMARK_KEYS.has(key) || isShorthand(key, this.#known)) continue;
      if (key.startsWith('log.')) {
        const hint = levelHint(key);
        if (hint !== '')
          this.#diagnostics.warning(`the level of "${key}" is unknown and means info.${hint}`, range);
        continue;
      }
      if (key === 'finally') {
        const where = 'it stands at the top of a flow, for all of its steps';
        this.#diagnostics.warning(`the key "finally" means nothing in a step: ${where}`, range);
        continue;
      }
      const meant = OTHER_WORDS.get(key);
      const hint = didYouMean(meant ?? key, [...STEP_KEYS, ...this.#known]);
      const [name = key] = key.split('.');
      const isLost = hint === '' && (key !== name || isIdle(step));
      if (isLost) {
        const found = `the key "${key}" means nothing in a step, and no module is called "${name}"`;
        this.#diagnostics.warning(`${found}: ${declareHint(name)}`, range);
      } else if (hint !== '') {
        this.#diagnostics.warning(`the key "${key}" means nothing in a step.${hint}`, range);
      }
    }
  }
}

/** What to write so that steps can call a module. */
function declareHint(name: string): string {
  return `declare it under "modules" with "- module: ${name}"`;
}

/** True for a step of which nothing is done. */
function isIdle(step: StepDocument): boolean {
  const { assert, logs, use, parallel, forEach, payload, to, onError } = step;
  const parts = [
    assert,
    step.then,
    step.else,
    step.return,
    step.input,
    use,
    parallel,
    forEach,
    payload,
    to,
    onError,
  ];
  return logs.length === 0 && parts.every((part) => part === undefined);
}

function placedText(node: FlowNode | undefined): PlacedText | undefined {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return undefined;
  return { text: textOf(valueOf(node)), range: node.range };
}
