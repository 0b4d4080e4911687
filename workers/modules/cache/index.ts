import { RedisConnection } from '../../stores/redis/client.js';
import { cacheModule } from './main.js';
import { RedisCache } from './redis-cache.js';

/** Longest wait for the answer to one command. */
const COMMAND_TIMEOUT_MS = 5_000;

/** The cache module, in memory or on a server that speaks the protocol of Redis. */
export default cacheModule(async (url, config, prefix) => {
  const connection = await RedisConnection.open(url, COMMAND_TIMEOUT_MS);
  return new RedisCache(connection, config, prefix);
});
