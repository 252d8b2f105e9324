import type { DemoResult } from './credentials.ts';
import { joinCredentials, parseDemoResult } from './credentials.ts';

const demo: DemoResult = {
  shop: 'a.example',
  adminEmail: 'admin@a.example',
  apiKey: null,
  adminPassword: null,
};
const known = {
  shop: 'a.example',
  adminEmail: 'admin@a.example',
  apiKey: 'old-key',
  adminPassword: 'old-password',
};

describe('credentials', () => {
  it('takes new secrets', () => {
    const result = joinCredentials('http://b', { ...demo, apiKey: 'k', adminPassword: 'p' }, known);
    expect(result).toEqual({
      baseUrl: 'http://b',
      shop: demo.shop,
      adminEmail: demo.adminEmail,
      apiKey: 'k',
      adminPassword: 'p',
    });
  });
  it('keeps those known from an earlier start', () => {
    expect(joinCredentials('http://b', demo, known)).toMatchObject({
      apiKey: 'old-key',
      adminPassword: 'old-password',
    });
  });
  it('has none when they are lost, or belong to others', () => {
    expect(joinCredentials('http://b', demo, {})).toBeNull();
    expect(joinCredentials('http://b', demo, { ...known, shop: 'b.example' })).toBeNull();
    expect(joinCredentials('http://b', demo, { ...known, adminEmail: 'x@a.example' })).toBeNull();
  });
});

describe('parseDemoResult', () => {
  it('finds the result behind progress lines', () => {
    const output =
      'loading\n{"progress":1}\n{"shop":"a.example","apiKey":"k","adminEmail":"m","adminPassword":null}\n';
    expect(parseDemoResult(output)).toEqual({
      shop: 'a.example',
      apiKey: 'k',
      adminEmail: 'm',
      adminPassword: null,
    });
  });
  it('says when there is none', () => {
    expect(() => parseDemoResult('loading\n')).toThrow('no result');
  });
});
