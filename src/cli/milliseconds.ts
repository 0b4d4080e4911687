import { usage } from './args.js';

/**
 * Reads the value of an option that is a length of time.
 *
 * @throws PhlowError PHLOW_USAGE for anything but a number above 0.
 */
export function milliseconds(text: string, option = 'timeout'): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw usage(`Option --${option} must be a number of milliseconds above 0: found "${text}"`);
}
