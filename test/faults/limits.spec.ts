import { Redis } from 'ioredis';
import type { ApiClient } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { faultStack, type FaultStack } from '../support/fault-stack.js';
import { freshAddress, ProxiedClient } from '../support/from-address.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { cli, Service } from '../support/process.js';

const LIMIT = 20;
const OVERRIDES = '/api/admin/throttling-overrides';

describe('limits without Valkey', () => {
  let faults: FaultStack;
  let services: Service[] = [];

  beforeAll(async () => {
    faults = await faultStack();
    const env = {
      ...faults.env,
      ...DEFAULT_LIMITS,
      LIMIT_ANONYMOUS_PER_15_MIN: String(LIMIT),
      TRUSTED_PROXIES: '127.0.0.1/32',
      ROLE: 'api',
    };
    services = await Promise.all([Service.start(env), Service.start(env)]);
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.kill('SIGKILL')));
    await faults.stop();
  });

  const at = (service: Service | undefined, address: string) =>
    new ProxiedClient(service!.api.baseUrl, address);

  async function accepted(count: number, client: ApiClient): Promise<number> {
    const statuses: number[] = [];
    for (let sent = 0; sent < count; sent++) statuses.push((await client.get('/api/plans')).status);
    expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
    return statuses.filter((status) => status === 200).length;
  }

  async function mode(
    service: Service | undefined,
  ): Promise<{ metric: string | undefined; health: unknown }> {
    const { text } = await service!.api.get('/metrics');
    const { body } = await service!.api.get('/health');
    return { metric: /^entrepot_limiter_mode (\d)$/m.exec(text)?.[1], health: body.details.limits };
  }
  const shared = { metric: '0', health: { status: 'up', degraded: false, mode: 'redis' } };
  const alone = { metric: '1', health: { status: 'up', degraded: true, mode: 'local' } };

  async function expectMode(expected: typeof shared): Promise<void> {
    for (const service of services) {
      await eventually(async () => {
        expect(await mode(service)).toEqual(expected);
      }, 30_000);
    }
  }

  /** Neither open nor closed: an instance alone holds callers to the same limits. */
  async function limitsAlone(): Promise<void> {
    // the first of these may be the ones that find out
    await Promise.all(services.map((service) => at(service, freshAddress()).get('/api/plans')));
    const address = freshAddress();
    expect(await accepted(LIMIT + 5, at(services[0], address))).toBe(LIMIT);
    expect(await accepted(LIMIT + 5, at(services[1], address))).toBe(LIMIT);
    await expectMode(alone);
  }

  async function limitsTogether(): Promise<void> {
    await expectMode(shared);
    await eventually(async () => {
      const address = freshAddress();
      const both = [
        await accepted(LIMIT - 5, at(services[0], address)),
        await accepted(LIMIT - 5, at(services[1], address)),
      ];
      expect(both).toEqual([LIMIT - 5, 5]);
    });
  }

  it('count together while it is there', limitsTogether);

  it('killed: each instance counts alone, says so, and comes back by itself', async () => {
    const address = freshAddress();
    expect(await accepted(LIMIT - 4, at(services[0], address))).toBe(LIMIT - 4);
    await faults.stack.redis.kill('SIGKILL');
    await expectMode(alone);
    // whoever had used up most of its limit does not get a new one
    expect(await accepted(LIMIT, at(services[0], address))).toBeLessThanOrEqual(5);
    await limitsAlone();
    await faults.stack.redis.restart();
    await limitsTogether();
  });

  it('frozen: nobody waits for it', async () => {
    await faults.stack.redis.kill('SIGSTOP');
    try {
      const started = performance.now();
      await limitsAlone();
      // fifty requests that each waited for it would take as many deadlines, or for ever
      expect(performance.now() - started).toBeLessThan(20_000);
    } finally {
      await faults.stack.redis.kill('SIGCONT');
    }
    await limitsTogether();
  });

  it('full: counts alone, as it cannot write', async () => {
    const redis = new Redis(faults.stack.redisUrl);
    try {
      await redis.config('SET', 'maxmemory', '1');
      await limitsAlone();
    } finally {
      await redis.config('SET', 'maxmemory', '0');
      redis.disconnect();
    }
    await limitsTogether();
  });

  it('has overrides in force on every instance within a second all the same', async () => {
    const admin = await operator(faults, services[0]!);
    await faults.stack.redis.kill('SIGKILL');
    try {
      await expectMode(alone);
      const address = freshAddress();
      const made = await admin.post(OVERRIDES, {
        subjectKind: 'ip',
        subject: address,
        action: 'block',
        reason: 'test',
      });
      expect(made.status).toBe(201);
      for (const service of services) {
        await eventually(async () => {
          expect((await at(service, address).get('/api/plans')).status).toBe(403);
        }, 1_000);
      }
      expect((await admin.delete(`${OVERRIDES}/${made.body.id}`)).status).toBe(204);
      for (const service of services) {
        await eventually(async () => {
          expect((await at(service, address).get('/api/plans')).status).toBe(200);
        }, 1_000);
      }
    } finally {
      await faults.stack.redis.restart();
    }
    await expectMode(shared);
  });
});

/** A client with an operator's key. */
async function operator({ env }: FaultStack, service: Service): Promise<ApiClient> {
  const [email, password] = ['operator@example.com', 'correct horse battery'];
  const { code, stderr } = await cli(['admin:create', email, '--password', password], env);
  if (code !== 0) throw new Error(stderr);
  const { body } = await new ProxiedClient(service.api.baseUrl, freshAddress()).post('/api/auth/login', {
    email,
    password,
  });
  return service.api.as(body.accessToken);
}
