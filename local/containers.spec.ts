import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './bootstrap/paths.mjs';
import { heapOf } from './bootstrap/heap.mjs';

interface Service {
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[] };
}

describe('docker-compose.yml', () => {
  const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
  const { services } = parse(text, { merge: true }) as { services: Record<string, Service> };

  it('runs the API and the workers apart, on the same servers', () => {
    expect(services.app?.environment).toMatchObject({
      ROLE: 'api',
      MONGODB_URI: expect.stringContaining('replicaSet=rs0'),
    });
    expect(services.worker?.environment).toEqual({
      ...services.app?.environment,
      ROLE: 'worker',
      NODE_OPTIONS: heapOf('worker').join(' '),
    });
  });
  it('serves only after the migrations', () => {
    for (const name of ['app', 'worker']) {
      expect(services[name]?.depends_on?.migrate?.condition).toBe('service_completed_successfully');
    }
    expect(services.migrate?.depends_on?.mongo?.condition).toBe('service_healthy');
  });
  it('initiates the replica set by the health check, and never evicts queue keys', () => {
    expect(services.mongo?.healthcheck?.test?.join(' ')).toContain('rs.initiate');
    expect(services.valkey?.command?.join(' ')).toContain('--maxmemory-policy noeviction');
  });
  it('depends only on services that exist', () => {
    for (const service of Object.values(services)) {
      expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(service.depends_on ?? {})));
    }
  });
});
