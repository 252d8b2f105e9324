import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { StartupError, type Config } from '../config/config.js';
import { messageOf } from '../kernel/errors.js';
import { openConnection, waitForDatabase, withoutPassword } from '../platform/database/connection.js';
import { Migrator } from '../platform/database/migrations/migrator.js';

const REDIS_TRIES = 5;

/**
 * What has to be there before the application is built: the database with every migration, and the queue store.
 * @throws StartupError
 */
export async function assertReady(config: Config, logger: Logger): Promise<void> {
  await Promise.all([assertDatabase(config, logger), assertRedis(config)]);
}

async function assertDatabase(config: Config, logger: Logger): Promise<void> {
  await waitForDatabase(config.database.uri, logger);
  const connection = await openConnection(config.database);
  try {
    await new Migrator(connection.getClient().db()).assertCurrent();
  } finally {
    await connection.close();
  }
}

/** @throws StartupError when it does not answer or may evict queued jobs */
async function assertRedis({ queue }: Config): Promise<void> {
  const redis = new Redis(queue.url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    retryStrategy: (tries) => (tries < REDIS_TRIES ? Math.min(250 * 2 ** tries, 4_000) : null),
  });
  let fault = 'no answer';
  redis.on('error', (error: Error) => {
    fault =
      error.message ||
      String(('errors' in error && Array.isArray(error.errors) ? error.errors[0] : undefined) ?? error.name);
  });
  try {
    await redis.connect();
    const [, policy] = (await redis.config('GET', 'maxmemory-policy').catch(() => [])) as string[];
    if (policy !== undefined && policy !== 'noeviction') {
      throw new StartupError(
        `The queue Redis evicts by "${policy}" and could lose jobs: set maxmemory-policy noeviction.`,
      );
    }
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(
      `Valkey/Redis is not reachable at ${withoutPassword(queue.url)}: ${fault || messageOf(error)}`,
    );
  } finally {
    redis.disconnect();
  }
}
