import { pino } from 'pino';
import { readConfig } from '../../src/config/config.js';
import { CacheService } from '../../src/platform/cache/cache.service.js';
import { CacheStats } from '../../src/platform/cache/cache-stats.js';
import { Metrics } from '../../src/platform/observability/metrics.js';
import { eventually } from './eventually.js';

/** A cache as one instance of the application has it, without the rest of the application. */
export function newCache(env: Record<string, string>): CacheService {
  const config = readConfig({ SECRET_KEY: 'a secret key that only the tests know about', ...env });
  const metrics = new Metrics();
  const cache = new CacheService(config, pino({ level: 'silent' }), new CacheStats(metrics), metrics);
  cache.onModuleInit();
  return cache;
}

/** Waits until the shared tier answers. */
export async function connected(cache: CacheService): Promise<void> {
  await eventually(() => {
    expect(cache.degraded).toBe(false);
  });
}
