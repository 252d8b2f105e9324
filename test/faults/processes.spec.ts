import { eventually } from '../support/eventually.js';
import { faultStack, type FaultStack } from '../support/fault-stack.js';
import { failedStart, Service } from '../support/process.js';

describe('WEB_CONCURRENCY', () => {
  let faults: FaultStack;
  let service: Service | undefined;

  beforeAll(async () => {
    faults = await faultStack();
  });
  afterEach(async () => {
    await service?.kill('SIGTERM');
  });
  afterAll(() => faults.stop());

  const ups = () => service?.logs().filter(({ msg }) => msg === 'Entrepot is up') ?? [];
  const started = async () => {
    service = await Service.start({ ...faults.env, ROLE: 'api', WEB_CONCURRENCY: '2' });
    await eventually(() => {
      expect(ups()).toHaveLength(2);
    });
    return service;
  };

  it('serves one port by several processes, whose figures are told together', async () => {
    const { api } = await started();
    expect(new Set(ups().map(({ url }) => url as string)).size).toBe(1);
    expect(new Set(ups().map(({ pid }) => pid as number)).size).toBe(2);
    for (let n = 0; n < 20; n++) {
      const { status } = await api.get('/api/plans', { headers: { connection: 'close' } });
      expect(status).toBe(200);
    }
    await eventually(async () => {
      const { text } = await api.get('/metrics');
      const counted = /http_request_duration_seconds_count\{[^}]*route="\/api\/plans"[^}]*\} (\d+)/.exec(
        text,
      );
      expect(Number(counted?.[1])).toBe(20);
    });
    const answered = service!.logs().filter(({ route }) => route === '/api/plans');
    expect(new Set(answered.map(({ pid }) => pid as number)).size).toBe(2);
    expect(await service!.kill('SIGTERM')).toBe(0);
    expect(service!.stderr).toBe('');
    expect(service!.logs().filter(({ msg }) => msg === 'Stopped')).toHaveLength(2);
  });

  it('replaces a process that was killed, and goes on serving meanwhile', async () => {
    const { api } = await started();
    const [victim] = ups().map(({ pid }) => pid as number);
    process.kill(victim!, 'SIGKILL');
    await eventually(() => {
      expect(ups()).toHaveLength(3);
    });
    for (let n = 0; n < 10; n++) {
      expect((await api.get('/health/live', { headers: { connection: 'close' } })).status).toBe(200);
    }
  });

  it('says one sentence when the port is taken', async () => {
    const { api } = await started();
    const port = new URL(api.baseUrl).port;
    const second = await failedStart({ ...faults.env, ROLE: 'api', WEB_CONCURRENCY: '2', PORT: port });
    expect(second.code).toBe(1);
    expect(second.stderr).toBe(`Port ${port} on 127.0.0.1 is taken; set PORT to a free one.\n`);
  });
});
