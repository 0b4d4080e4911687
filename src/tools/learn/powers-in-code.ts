/** Powers that leave no trace at the host, because they live in the module's own container: found by how code spells them. */
export interface PowersInCode {
  readonly env: readonly string[];
  readonly usesSubtle: boolean;
  readonly usesWasm: boolean;
  readonly usesPreciseClock: boolean;
}

/** Looks through a module's bundled text. A name that is put together at run time is not seen. */
export function powersInCode(code: string): PowersInCode {
  const direct = [
    ...code.matchAll(/\b(?:context|ctx)\.env(?:\.([A-Za-z_]\w*)|\[\s*['"]([A-Za-z_]\w*)['"]\s*\])/g),
  ];
  const picked = [...code.matchAll(/\{([^{}]*)\}\s*=\s*(?:context|ctx)\.env\b/g)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.split(/[:=]/, 1)[0]?.trim() ?? ''),
  );
  const names = [...direct.map(([, dotted, quoted]) => dotted ?? quoted ?? ''), ...picked];
  return {
    env: [...new Set(names.filter((name) => /^[A-Za-z_]\w*$/.test(name)))].sort(),
    usesSubtle: /\bcrypto\.subtle\b|\{[^{}]*\bsubtle\b[^{}]*\}\s*=\s*(?:globalThis\.)?crypto\b/.test(code),
    usesWasm: /\bWebAssembly\.(?:compile|instantiate|Module|Instance)\b/.test(code),
    usesPreciseClock: /\bperformance\.now\b/.test(code),
  };
}
