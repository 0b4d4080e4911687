import type { HostName } from '../compile/compile-variables.js';
import type { Scope } from '../interpreter/scope.js';
import type { PhsMap, PhsValue } from '../values/value.js';
import type { Leaf } from './leaf.js';

/** A condition ready to run: undefined when only the whole language can tell. */
export type Quick = (scope: Scope) => boolean | undefined;

/** A path of one key or two, and what is asked about its end. */
export interface Part {
  readonly root: HostName;
  readonly key: string;
  readonly inner: string | undefined;
  readonly leaf: Leaf;
}

/** Two parts: the second is asked when the first says `continueWhen`, hence never when that is undefined. */
type Site = (first: Part, continueWhen: boolean | undefined, second: Part) => Quick;

const PLAIN: object = Object.prototype;
const protoOf: (value: object) => unknown = Object.getPrototypeOf;

function isObject(value: PhsValue): value is PhsMap {
  return typeof value === 'object' && value !== null;
}

/**
 * Places in the source, each of which may serve one condition; take one off the end.
 *
 * They are the same on purpose, and as flat as they can be. The engine keeps what it learns (the shapes of objects, the keys that are read,
 * the functions that are called) by the place in the source: a place that one condition has for itself is compiled as if it had been
 * written for that condition, a place that all share is not. Nothing short of generating code gives a condition a place of its own.
 *
 * What is read is an own property: the prototype is Object.prototype itself, and that has no such key. `in` comes first although the rest
 * would do: it shows the engine the shape of the object, so that asking for the prototype costs nothing, and it runs no code of the object,
 * as reading what is inherited might.
 */
export const SITES: Site[] = [
  (first, continueWhen, second) => {
    const { root: r, key: a, inner: b, leaf: f } = first;
    const { root: s, key: c, inner: d, leaf: g } = second;
    return (scope) => {
      let v = scope[r];
      if (!isObject(v) || !(a in v) || protoOf(v) !== PLAIN || a in PLAIN) return undefined;
      v = v[a];
      if (b !== undefined) {
        if (!isObject(v) || !(b in v) || protoOf(v) !== PLAIN || b in PLAIN) return undefined;
        v = v[b];
      }
      const holds = f(v);
      if (holds !== continueWhen) return holds;
      let w = scope[s];
      if (!isObject(w) || !(c in w) || protoOf(w) !== PLAIN || c in PLAIN) return undefined;
      w = w[c];
      if (d !== undefined) {
        if (!isObject(w) || !(d in w) || protoOf(w) !== PLAIN || d in PLAIN) return undefined;
        w = w[d];
      }
      return g(w);
    };
  },
  (first, continueWhen, second) => {
    const { root: r, key: a, inner: b, leaf: f } = first;
    const { root: s, key: c, inner: d, leaf: g } = second;
    return (scope) => {
      let v = scope[r];
      if (!isObject(v) || !(a in v) || protoOf(v) !== PLAIN || a in PLAIN) return undefined;
      v = v[a];
      if (b !== undefined) {
        if (!isObject(v) || !(b in v) || protoOf(v) !== PLAIN || b in PLAIN) return undefined;
        v = v[b];
      }
      const holds = f(v);
      if (holds !== continueWhen) return holds;
      let w = scope[s];
      if (!isObject(w) || !(c in w) || protoOf(w) !== PLAIN || c in PLAIN) return undefined;
      w = w[c];
      if (d !== undefined) {
        if (!isObject(w) || !(d in w) || protoOf(w) !== PLAIN || d in PLAIN) return undefined;
        w = w[d];
      }
      return g(w);
    };
  },
  (first, continueWhen, second) => {
    const { root: r, key: a, inner: b, leaf: f } = first;
    const { root: s, key: c, inner: d, leaf: g } = second;
    return (scope) => {
      let v = scope[r];
      if (!isObject(v) || !(a in v) || protoOf(v) !== PLAIN || a in PLAIN) return undefined;
      v = v[a];
      if (b !== undefined) {
        if (!isObject(v) || !(b in v) || protoOf(v) !== PLAIN || b in PLAIN) return undefined;
        v = v[b];
      }
      const holds = f(v);
      if (holds !== continueWhen) return holds;
      let w = scope[s];
      if (!isObject(w) || !(c in w) || protoOf(w) !== PLAIN || c in PLAIN) return undefined;
      w = w[c];
      if (d !== undefined) {
        if (!isObject(w) || !(d in w) || protoOf(w) !== PLAIN || d in PLAIN) return undefined;
        w = w[d];
      }
      return g(w);
    };
  },
  (first, continueWhen, second) => {
    const { root: r, key: a, inner: b, leaf: f } = first;
    const { root: s, key: c, inner: d, leaf: g } = second;
    return (scope) => {
      let v = scope[r];
      if (!isObject(v) || !(a in v) || protoOf(v) !== PLAIN || a in PLAIN) return undefined;
      v = v[a];
      if (b !== undefined) {
        if (!isObject(v) || !(b in v) || protoOf(v) !== PLAIN || b in PLAIN) return undefined;
        v = v[b];
      }
      const holds = f(v);
      if (holds !== continueWhen) return holds;
      let w = scope[s];
      if (!isObject(w) || !(c in w) || protoOf(w) !== PLAIN || c in PLAIN) return undefined;
      w = w[c];
      if (d !== undefined) {
        if (!isObject(w) || !(d in w) || protoOf(w) !== PLAIN || d in PLAIN) return undefined;
        w = w[d];
      }
      return g(w);
    };
  },
  (first, continueWhen, second) => {
    const { root: r, key: a, inner: b, leaf: f } = first;
    const { root: s, key: c, inner: d, leaf: g } = second;
    return (scope) => {
      let v = scope[r];
      if (!isObject(v) || !(a in v) || protoOf(v) !== PLAIN || a in PLAIN) return undefined;
      v = v[a];
      if (b !== undefined) {
        if (!isObject(v) || !(b in v) || protoOf(v) !== PLAIN || b in PLAIN) return undefined;
        v = v[b];
      }
      const holds = f(v);
      if (holds !== continueWhen) return holds;
      let w = scope[s];
      if (!isObject(w) || !(c in w) || protoOf(w) !== PLAIN || c in PLAIN) return undefined;
      w = w[c];
      if (d !== undefined) {
        if (!isObject(w) || !(d in w) || protoOf(w) !== PLAIN || d in PLAIN) return undefined;
        w = w[d];
      }
      return g(w);
    };
  },
  (first, continueWhen, second) => {
    const { root: r, key: a, inner: b, leaf: f } = first;
    const { root: s, key: c, inner: d, leaf: g } = second;
    return (scope) => {
      let v = scope[r];
      if (!isObject(v) || !(a in v) || protoOf(v) !== PLAIN || a in PLAIN) return undefined;
      v = v[a];
      if (b !== undefined) {
        if (!isObject(v) || !(b in v) || protoOf(v) !== PLAIN || b in PLAIN) return undefined;
        v = v[b];
      }
      const holds = f(v);
      if (holds !== continueWhen) return holds;
      let w = scope[s];
      if (!isObject(w) || !(c in w) || protoOf(w) !== PLAIN || c in PLAIN) return undefined;
      w = w[c];
      if (d !== undefined) {
        if (!isObject(w) || !(d in w) || protoOf(w) !== PLAIN || d in PLAIN) return undefined;
        w = w[d];
      }
      return g(w);
    };
  },
  (first, continueWhen, second) => {
    const { root: r, key: a, inner: b, leaf: f } = first;
    const { root: s, key: c, inner: d, leaf: g } = second;
    return (scope) => {
      let v = scope[r];
      if (!isObject(v) || !(a in v) || protoOf(v) !== PLAIN || a in PLAIN) return undefined;
      v = v[a];
      if (b !== undefined) {
        if (!isObject(v) || !(b in v) || protoOf(v) !== PLAIN || b in PLAIN) return undefined;
        v = v[b];
      }
      const holds = f(v);
      if (holds !== continueWhen) return holds;
      let w = scope[s];
      if (!isObject(w) || !(c in w) || protoOf(w) !== PLAIN || c in PLAIN) return undefined;
      w = w[c];
      if (d !== undefined) {
        if (!isObject(w) || !(d in w) || protoOf(w) !== PLAIN || d in PLAIN) return undefined;
        w = w[d];
      }
      return g(w);
    };
  },
  (first, continueWhen, second) => {
    const { root: r, key: a, inner: b, leaf: f } = first;
    const { root: s, key: c, inner: d, leaf: g } = second;
    return (scope) => {
      let v = scope[r];
      if (!isObject(v) || !(a in v) || protoOf(v) !== PLAIN || a in PLAIN) return undefined;
      v = v[a];
      if (b !== undefined) {
        if (!isObject(v) || !(b in v) || protoOf(v) !== PLAIN || b in PLAIN) return undefined;
        v = v[b];
      }
      const holds = f(v);
      if (holds !== continueWhen) return holds;
      let w = scope[s];
      if (!isObject(w) || !(c in w) || protoOf(w) !== PLAIN || c in PLAIN) return undefined;
      w = w[c];
      if (d !== undefined) {
        if (!isObject(w) || !(d in w) || protoOf(w) !== PLAIN || d in PLAIN) return undefined;
        w = w[d];
      }
      return g(w);
    };
  },
  (first, continueWhen, second) => {
    const { root: r, key: a, inner: b, leaf: f } = first;
    const { root: s, key: c, inner: d, leaf: g } = second;
    return (scope) => {
      let v = scope[r];
      if (!isObject(v) || !(a in v) || protoOf(v) !== PLAIN || a in PLAIN) return undefined;
      v = v[a];
      if (b !== undefined) {
        if (!isObject(v) || !(b in v) || protoOf(v) !== PLAIN || b in PLAIN) return undefined;
        v = v[b];
      }
      const holds = f(v);
      if (holds !== continueWhen) return holds;
      let w = scope[s];
      if (!isObject(w) || !(c in w) || protoOf(w) !== PLAIN || c in PLAIN) return undefined;
      w = w[c];
      if (d !== undefined) {
        if (!isObject(w) || !(d in w) || protoOf(w) !== PLAIN || d in PLAIN) return undefined;
        w = w[d];
      }
      return g(w);
    };
  },
  (first, continueWhen, second) => {
    const { root: r, key: a, inner: b, leaf: f } = first;
    const { root: s, key: c, inner: d, leaf: g } = second;
    return (scope) => {
      let v = scope[r];
      if (!isObject(v) || !(a in v) || protoOf(v) !== PLAIN || a in PLAIN) return undefined;
      v = v[a];
      if (b !== undefined) {
        if (!isObject(v) || !(b in v) || protoOf(v) !== PLAIN || b in PLAIN) return undefined;
        v = v[b];
      }
      const holds = f(v);
      if (holds !== continueWhen) return holds;
      let w = scope[s];
      if (!isObject(w) || !(c in w) || protoOf(w) !== PLAIN || c in PLAIN) return undefined;
      w = w[c];
      if (d !== undefined) {
        if (!isObject(w) || !(d in w) || protoOf(w) !== PLAIN || d in PLAIN) return undefined;
        w = w[d];
      }
      return g(w);
    };
  },
];
