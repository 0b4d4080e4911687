import process from 'node:process';

process.on('message', (message: { id: number; value: unknown }) => process.send?.(message));
// The parent is gone: so is the reason to live.
process.on('disconnect', () => process.exit(0));
