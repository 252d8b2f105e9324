import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createPartial, sizeOf, sweepPartials } from './partial.ts';

describe('partial downloads', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'entrepot-partial-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('deletes those of dead runs only, and no binary', () => {
    const mine = createPartial(folder);
    mkdirSync(join(folder, '.partial-99999999-abc'));
    writeFileSync(join(folder, 'mongod'), '');
    sweepPartials(folder);
    expect(readdirSync(folder).sort()).toEqual([basename(mine), 'mongod'].sort());
  });

  it('measures what has arrived', () => {
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'a'), 'x'.repeat(1000));
    writeFileSync(join(folder, 'b'), 'x'.repeat(24));
    expect(sizeOf(folder)).toBe(1024);
  });
});
