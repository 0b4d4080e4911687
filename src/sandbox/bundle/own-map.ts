import { isMap } from '../../values.js';

/** Maps of larger files are left out. */
const MAX_BYTES = 8 * 1_048_576;

/**
 * The comment that gives the bundler a map, as a part of the file: it must not look for one by a path of the module's choice. Of the map only names
 * and places are taken. Empty for none, and for what is no map.
 */
export function mapComment(map: Buffer | undefined): string {
  if (map === undefined || map.length > MAX_BYTES) return '';
  let data: unknown;
  try {
    data = JSON.parse(map.toString());
  } catch {
    return '';
  }
  if (!isMap(data) || data['version'] !== 3 || typeof data['mappings'] !== 'string') return '';
  const { sources, names = [], mappings } = data;
  if (!isTexts(sources) || !isTexts(names)) return '';
  const plain = JSON.stringify({ version: 3, sources, names, mappings });
  return `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(plain).toString('base64')}\n`;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
