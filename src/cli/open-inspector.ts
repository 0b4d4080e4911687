import { open } from 'node:inspector';
import { usage } from './args.js';

const DEFAULT_PORT = 9_229;

/** Opens the inspector of this process, which shows its threads too, to programs of this machine. Node says on standard error where it listens. */
export function openInspector(port: number): void {
  open(port, '127.0.0.1');
}

/** Reads the value of `--inspect-port`; 0 is any free port. Throws PHLOW_USAGE. */
export function portIn(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw usage(`Option --inspect-port needs a port from 0 to 65535: found "${text}"`);
}
