// class: memory
// goal: dos
// options: {"deadline":6000}
// Copies of what is deep, wide, cyclic, sparse, growing while it is copied, or as large as the language allows.
export default () => {
  const said = [];
  const attempt = (run) => {
    try {
      said.push(typeof run());
    } catch (error) {
      said.push(error.name);
    }
  };
  attempt(() => {
    let deep = [];
    for (let i = 0; i < 200_000; i++) deep = [deep];
    return structuredClone(deep);
  });
  attempt(() => {
    let deep = {};
    for (let i = 0; i < 200_000; i++) deep = new Map([[deep, new Set([deep])]]);
    return structuredClone(deep);
  });
  attempt(() => {
    let error = new Error('x');
    for (let i = 0; i < 50_000; i++) error = new Error('x', { cause: error });
    return structuredClone(error);
  });
  attempt(() => structuredClone(Object.assign([], { length: 4_294_967_295, 4_294_967_294: 1 })));
  attempt(() =>
    structuredClone(Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`k${i}`, { i }]))),
  );
  attempt(() => {
    const list = [];
    list.push(list, ...Array(100).fill(list));
    const map = new Map([[list, list]]);
    map.set(map, map);
    return structuredClone([list, map, new Set([map, list])]);
  });
  attempt(() => {
    const growing = [];
    let n = 0;
    Object.defineProperty(growing, 0, {
      enumerable: true,
      get() {
        if (n++ < 100_000) growing[n] = n;
        return n;
      },
    });
    return structuredClone(growing);
  });
  attempt(() => {
    const map = new Map();
    let n = 0;
    const key = {
      get a() {
        if (n++ < 10_000) map.set({ n }, key);
        return n;
      },
    };
    map.set(key, key);
    return structuredClone(map);
  });
  attempt(() => structuredClone(new ArrayBuffer(8, { maxByteLength: 2 ** 31 })));
  attempt(() => structuredClone(Array(2_000).fill(new Uint8Array(1 << 20))));
  attempt(() => {
    const endless = {
      *[Symbol.iterator]() {
        for (;;) yield new ArrayBuffer(1);
      },
    };
    let left = 1_000;
    return structuredClone(1, {
      transfer: {
        [Symbol.iterator]: () => {
          const it = endless[Symbol.iterator]();
          return { next: () => (left-- > 0 ? it.next() : { done: true }) };
        },
      },
    });
  });
  for (let i = 0; ; i++) {
    attempt(() => structuredClone({ text: 'x'.repeat(1 << 20), bytes: new Uint8Array(1 << 20), i }));
    if (i > 500) return said.slice(0, 20).join();
  }
};
