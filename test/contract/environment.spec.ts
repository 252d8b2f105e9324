import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage, exampleEnvironment, type Spec } from '../../local/generate/configuration.ts';
import { readConfig } from '../../src/config/config.js';
import { variables } from '../../src/config/variables.js';
import { failedStart } from '../support/process.js';

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
const GOOD = {
  MONGODB_URI: 'mongodb://127.0.0.1:1/entrepot',
  REDIS_URL: 'redis://127.0.0.1:1',
  SECRET_KEY: 'a secret key that only the tests know about',
};

describe('environment', () => {
  it('.env.example and docs/configuration.md are in step with the variables', async () => {
    expect(read('.env.example')).toBe(exampleEnvironment(variables as Record<string, Spec>));
    expect(read('docs/configuration.md')).toBe(await configurationPage(variables as Record<string, Spec>));
  });

  it('.env.example with the required values filled in is a whole configuration', () => {
    const lines = read('.env.example')
      .split('\n')
      .filter((line) => /^#?[A-Z0-9_]+=/.test(line));
    const values = Object.fromEntries(
      lines.map((line) => line.replace(/^#/, '').split(/=(.*)/s).slice(0, 2) as [string, string]),
    );
    expect(Object.keys(values).sort()).toEqual(Object.keys(variables).sort());
    const set = Object.entries(values).filter(([, value]) => value !== '');
    expect(readConfig({ ...Object.fromEntries(set), ...GOOD })).toEqual(readConfig(GOOD));
  });

  it('every variable says what it means, and what it is when it is not set', () => {
    for (const [name, spec] of Object.entries(variables)) {
      expect([name, (spec as { desc?: string }).desc]).toEqual([name, expect.stringMatching(/\w{3}/)]);
      if (!('default' in spec))
        expect([name, (spec as { example?: string }).example]).toEqual([name, expect.any(String)]);
    }
  });

  it.each([
    ['PORT', '', 'PORT must be a whole number from 0 to 65535'],
    ['PORT', 'abc', 'PORT must be a whole number from 0 to 65535'],
    ['PORT', '70000', 'PORT must be a whole number from 0 to 65535'],
    ['ROLE', 'king', 'ROLE'],
    ['MONGODB_URI', 'postgres://x/y', 'MONGODB_URI must start with mongodb://'],
    ['REDIS_URL', 'http://x', 'REDIS_URL must start with redis://'],
    [
      'TRUSTED_PROXIES',
      '10.0.0.0/8, proxy',
      'TRUSTED_PROXIES has "proxy", which is neither an IP address nor a CIDR',
    ],
    ['TRUSTED_PROXIES', '10.0.0.0/33', 'TRUSTED_PROXIES has "10.0.0.0/33"'],
    ['SECRET_KEY', 'short', 'SECRET_KEY must have at least 32 characters'],
    ['SENTRY_SAMPLE_RATE', '2', 'SENTRY_SAMPLE_RATE must be a number from 0 to 1'],
    ['LOG_REQUESTS', 'perhaps', 'LOG_REQUESTS has a value of the wrong form'],
    ['PUBLIC_URL', 'nowhere', 'PUBLIC_URL'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL'],
  ])('%s=%s is refused by name', (name, value, sentence) => {
    expect(() => readConfig({ ...GOOD, [name]: value })).toThrow(sentence);
  });

  it('names everything that is missing or wrong in one sentence, and ends with an exit code', async () => {
    const { code, stderr, stdout } = await failedStart({ SECRET_KEY: 'short', PORT: 'abc' });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    for (const name of [
      'MONGODB_URI is missing',
      'REDIS_URL is missing',
      'SECRET_KEY',
      'PORT',
      '.env.example',
    ]) {
      expect(stderr).toContain(name);
    }
    expect(stderr).not.toContain('short');
  });
});
