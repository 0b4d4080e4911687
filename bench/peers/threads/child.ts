import process from 'node:process';

process.on('message', (message: { id: number; value: unknown }) => process.send?.(message));
