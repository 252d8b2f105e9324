import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastLines, readJson, readText, writeAtomically } from './files.mjs';

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'entrepot-files-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('replaces a file whole, with its mode, and leaves no temporary file', () => {
    const path = join(folder, 'deep', 'secret.json');
    writeAtomically(path, '{"a":1}', 0o600);
    writeAtomically(path, '{"a":2}', 0o600);
    expect(readJson(path)).toEqual({ a: 2 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['secret.json']);
  });

  it('reads what is missing or broken as nothing', () => {
    writeAtomically(join(folder, 'broken.json'), '{"a":');
    expect(readJson(join(folder, 'broken.json'))).toBeNull();
    expect(readText(join(folder, 'none'))).toBeNull();
    expect(lastLines(join(folder, 'none'))).toBe('');
  });

  it('gives the end of a log', () => {
    writeAtomically(join(folder, 'log'), 'a\nb\nc\n');
    expect(lastLines(join(folder, 'log'), 2)).toBe('b\nc');
  });
});
