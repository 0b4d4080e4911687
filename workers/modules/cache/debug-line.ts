import type { Reply } from './actions.js';
import type { Action } from './input.js';

/** What happened, for the debug log. Keys appear, values never do: they may be secrets (spec/modules.md 1.10). */
export function debugLine(action: Action, reply: Reply): string {
  switch (action.action) {
    case 'set':
      return `Set key '${action.key}'`;
    case 'get':
      return `Cache ${reply['found'] === true ? 'hit' : 'miss'} for key '${action.key}'`;
    case 'remove':
      return reply['removed'] === true
        ? `Removed key '${action.key}'`
        : `Key '${action.key}' not found for removal`;
    case 'exists':
      return `Key '${action.key}' exists: ${String(reply['found'])}`;
    case 'clear':
      return `Cleared cache, removed ${String(reply['previous_size'])} items`;
    case 'cleanup':
      return `Cleaned up ${String(reply['cleaned_count'])} expired items`;
    case 'list':
      return `Listed ${(reply['items'] as readonly unknown[]).length} items (total: ${String(reply['total_count'])})`;
    case 'stats': {
      const stats = reply['stats'] as Reply;
      return `Cache stats - Size: ${String(stats['size'])}, Capacity: ${String(stats['capacity'])}, Hit rate: ${String(stats['hit_rate'])}%`;
    }
  }
}
