const BLOCK = 0x2000;

/** Node's own reader and writer are several times as fast; a realm of a guest has none. Looked up before any code of a module runs in the realm. */
const { Buffer: NodeBuffer } = globalThis as { readonly Buffer?: BufferConstructor };

/** Bytes as base64 text. */
export function toBase64(bytes: Uint8Array): string {
  if (NodeBuffer !== undefined)
    return NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  let binary = '';
  for (let at = 0; at < bytes.length; at += BLOCK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + BLOCK));
  }
  return btoa(binary);
}

/** The bytes behind base64 text, in a buffer of their own. Throws for text that is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (NodeBuffer !== undefined) return byNode(text, NodeBuffer);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Node passes over what is no base64: then there are fewer bytes than so much text stands for. */
function byNode(text: string, Node: BufferConstructor): Uint8Array<ArrayBuffer> {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4) - padding);
  if (Node.from(bytes.buffer).write(text, 'base64') !== bytes.length) throw new Error('no base64');
  return bytes;
}
