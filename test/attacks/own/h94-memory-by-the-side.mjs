// class: memory
// goal: dos
// options: {"deadline":8000,"settle":5000}
// Memory that no heap limit sees: buffers, resizable ones, strings outside, keys, timers, listeners, decoders with what is begun.
export default async () => {
  const kept = [];
  const keep = (run) => {
    try {
      kept.push(run());
    } catch {
      /* The limit. */
    }
  };
  const end = Date.now() + 6_000;
  for (let i = 0; Date.now() < end; i++) {
    keep(() => new Uint8Array(8 << 20).fill(i));
    keep(() => {
      const buffer = new ArrayBuffer(1, { maxByteLength: 64 << 20 });
      buffer.resize?.(8 << 20);
      new Uint8Array(buffer).fill(1);
      return buffer;
    });
    keep(() => new TextEncoder().encode('é'.repeat(1 << 20)));
    keep(() => structuredClone(new Uint8Array(4 << 20).fill(2)));
    keep(() => new TextDecoder().decode(new Uint8Array(4 << 20).fill(65)));
    keep(() => {
      const decoder = new TextDecoder('iso-2022-jp');
      decoder.decode(new Uint8Array(1 << 20).fill(65), { stream: true });
      return decoder;
    });
    keep(() => {
      const target = new EventTarget();
      for (let j = 0; j < 1_000; j++) target.addEventListener('x', () => kept[j]);
      return target;
    });
    keep(() => new URL(`http://x/?${'é'.repeat(1 << 18)}`));
    if (i % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return kept.length;
};
