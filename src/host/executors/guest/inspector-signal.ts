/** The signal by which Node is asked, from outside or by any process of the same user, to open its inspector to the local network. */
const SIGNAL = 'SIGUSR1';

let isClosed = false;

/**
 * Keeps the signal from opening the inspector of this process: a client that connects to an inspector can run code in the host. A handler is enough,
 * and it does not keep the process alive. Called before any code of a third party is loaded.
 */
export function closeInspectorSignal(): void {
  if (isClosed || process.platform === 'win32') return;
  isClosed = true;
  process.on(SIGNAL, () => undefined);
}
