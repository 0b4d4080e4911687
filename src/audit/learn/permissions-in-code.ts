import type { Need } from './needs.js';

/**
 * Capabilities that leave no trace at the host, because they live in the module's own container: found in its bundled text by how code spells them. A
 * name that is put together at run time is not seen.
 */
export function permissionsInCode(code: string): readonly Need[] {
  const direct = [
    ...code.matchAll(/\b(?:context|ctx)\.env(?:\.([A-Za-z_]\w*)|\[\s*['"]([A-Za-z_]\w*)['"]\s*\])/g),
  ];
  const picked = [...code.matchAll(/\{([^{}]*)\}\s*=\s*(?:context|ctx)\.env\b/g)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.split(/[:=]/, 1)[0]?.trim() ?? ''),
  );
  const names = [...direct.map(([, dotted, quoted]) => dotted ?? quoted ?? ''), ...picked];
  const isUsed = {
    crypto: /\bcrypto\.subtle\b|\{[^{}]*\bsubtle\b[^{}]*\}\s*=\s*(?:globalThis\.)?crypto\b/,
    clock: /\bperformance\.now\b/,
    wasm: /\bWebAssembly\.(?:compile|instantiate|Module|Instance)\b/,
  };
  return [
    ...[...new Set(names.filter((name) => /^[A-Za-z_]\w*$/.test(name)))]
      .sort()
      .map((target): Need => ({ permission: 'env', target })),
    ...(isUsed.crypto.test(code) ? [{ permission: 'crypto', target: 'subtle' } as const] : []),
    ...(isUsed.clock.test(code) ? [{ permission: 'clock', target: 'precise' } as const] : []),
    ...(isUsed.wasm.test(code) ? [{ permission: 'wasm', target: 'true' } as const] : []),
  ];
}
