import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecrets } from './secrets.ts';

describe('loadSecrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'entrepot-secrets-'));
  const path = join(folder, 'secrets.json');
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('makes each secret once, for the owner only', () => {
    const first = loadSecrets(path);
    expect(first.SECRET_KEY).toMatch(/^[\w-]{43}$/);
    expect(loadSecrets(path)).toEqual(first);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
  it('makes a new one when the file is broken', () => {
    writeFileSync(path, '{"SECRET_KEY":');
    expect(loadSecrets(path).SECRET_KEY).toMatch(/^[\w-]{43}$/);
  });
});
