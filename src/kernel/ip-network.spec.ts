import { contains, networkAt, parseIp, parseNetwork } from './ip-network.js';

const cidr = (text: string) => parseNetwork(text)?.cidr;

describe('IP networks', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7/32'],
    ['192.0.2.7/24', '192.0.2.0/24'],
    ['10.255.255.255/9', '10.128.0.0/9'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::1', '2001:db8::1/128'],
    ['2001:db8:1:2:3::/64', '2001:db8:1:2::/64'],
    ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
    ['::ffff:192.0.2.7', '192.0.2.7/32'],
    ['::ffff:192.0.2.7/120', '192.0.2.0/24'],
  ])('reads %s as %s', (text, expected) => {
    expect(cidr(text)).toBe(expected);
  });

  it.each([
    '',
    '127.1',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '192.0.2.256',
    '192.0.2.1/33',
    '192.0.2.1/',
    '192.0.2.1/8/8',
    '::/129',
    'fe80::1%eth0',
    '::ffff:1.2.3.4/95',
    'host',
    '192.0.2.0/-1',
  ])('refuses %p', (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });

  it('knows what a block holds', () => {
    const block = parseNetwork('198.51.100.0/25')!;
    expect(contains(block, parseIp('198.51.100.127')!)).toBe(true);
    expect(contains(block, parseIp('::ffff:198.51.100.127')!)).toBe(true);
    expect(contains(block, parseIp('198.51.100.128')!)).toBe(false);
    expect(contains(parseNetwork('::/0')!, parseIp('198.51.100.1')!)).toBe(false);
  });

  it('gives all addresses of one IPv6 subscriber one block', () => {
    const one = networkAt(parseIp('2001:db8:0:7::1')!, 64).cidr;
    expect(networkAt(parseIp('2001:db8:0:7:ffff:ffff:ffff:ffff')!, 64).cidr).toBe(one);
    expect(networkAt(parseIp('2001:db8:0:8::1')!, 64).cidr).not.toBe(one);
  });
});
