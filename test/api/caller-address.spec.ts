import { request } from 'node:http';
import { startTestApp, type TestApp } from '../support/app.js';
import { NO_LIMITS } from '../support/limits.js';

/** What the log says of a request is what the limits, overrides, allowlists and the audit see. */
async function seen(test: TestApp, headers: Record<string, string | string[]>): Promise<unknown> {
  const { port } = new URL(test.baseUrl);
  const id = `address-${Math.random().toString(36).slice(2)}`;
  await new Promise<void>((resolve, reject) => {
    const call = request(
      { port, host: '127.0.0.1', path: '/api/plans', headers: { ...headers, 'x-request-id': id } },
      (answer) => {
        answer.resume().on('end', resolve);
      },
    );
    call.on('error', reject).end();
  });
  return test.logs.find(({ requestId, msg }) => requestId === id && msg === 'request')?.['ip'];
}

const over = (chain: string | string[]) => ({ 'x-forwarded-for': chain });

describe("a caller's address without a trusted proxy", () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp({ LIMIT_ANONYMOUS_PER_15_MIN: '10' });
  });
  afterAll(() => test.close());

  it('is the peer, whatever it says', async () => {
    expect(await seen(test, over('203.0.113.7'))).toBe('127.0.0.1');
    expect(await seen(test, { forwarded: 'for=203.0.113.7', 'x-real-ip': '203.0.113.7' })).toBe('127.0.0.1');
  });

  it('gives nobody a new limit by another header', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 20; n++) {
      const answer = await test.anonymous.get('/api/plans', {
        headers: { 'x-forwarded-for': `203.0.113.${n}`, 'x-real-ip': `203.0.113.${n}` },
      });
      statuses.push(answer.status);
    }
    expect(statuses.slice(10)).toEqual(Array.from({ length: 10 }, () => 429));
  });
});

describe("a caller's address behind trusted proxies", () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp({ ...NO_LIMITS, TRUSTED_PROXIES: '127.0.0.1/32, 10.0.0.0/8, fd00::/8' });
  });
  afterAll(() => test.close());

  it.each([
    ['the proxy itself without a header', {}, '127.0.0.1'],
    ['one proxy', over('203.0.113.7'), '203.0.113.7'],
    ['a chain of trusted proxies', over('203.0.113.7, 10.1.2.3, fd00::1'), '203.0.113.7'],
    ['what the client put before its own address', over('192.0.2.66, 203.0.113.7, 10.1.2.3'), '203.0.113.7'],
    ['an untrusted proxy in the chain', over('203.0.113.7, 198.51.100.1, 10.1.2.3'), '198.51.100.1'],
    ['two headers', over(['192.0.2.66', '203.0.113.7']), '203.0.113.7'],
    ['an IPv6 client', over('2001:db8::7'), '2001:db8::7'],
    ['trusted proxies all the way', over('10.9.9.9, 10.1.2.3'), '10.9.9.9'],
  ])('of %s', async (_name, headers, expected) => {
    expect(await seen(test, headers)).toBe(expected);
  });
});

describe('an address with a port, or none at all, from a trusted proxy', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp({ TRUSTED_PROXIES: '127.0.0.1/32', LIMIT_ANONYMOUS_PER_15_MIN: '5' });
  });
  afterAll(() => test.close());

  const left = async (chain: string) =>
    (await test.anonymous.get('/api/plans', { headers: { 'x-forwarded-for': chain } })).headers
      .get('ratelimit')
      ?.split(';')[1];

  it('is one caller, whatever the port and spelling', async () => {
    expect(await left('203.0.113.7:1111')).toBe('r=4');
    expect(await left('203.0.113.7:2222')).toBe('r=3');
    expect(await left('::ffff:203.0.113.7')).toBe('r=2');
    expect(await left('203.0.113.7')).toBe('r=1');
    expect(await left('[2001:db8::1]:443')).toBe('r=4');
    expect(await left('2001:DB8:0::2')).toBe('r=3');
  });

  it('garbage counts against the proxy', async () => {
    expect(await left('unknown')).toBe('r=4');
    expect(await left('_hidden')).toBe('r=3');
    expect(await left('127.1')).toBe('r=2');
    expect(await left('999.1.1.1')).toBe('r=1');
  });
});
