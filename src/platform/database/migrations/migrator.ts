import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { mongo } from 'mongoose';
import { StartupError } from '../../../config/config.js';
import type { Migration, MigrationFile } from './migration.js';
import { withMigrationLock } from './migration-lock.js';

interface LedgerEntry {
  _id: string;
  description: string;
  appliedAt: Date;
  durationMs: number;
}

export interface MigrationStatus {
  id: string;
  description: string;
  appliedAt: Date | null;
}

const FILE = /^\d{14}-[a-z0-9-]+\.(ts|js)$/;

/** Brings a database to the state the files in a folder describe, and keeps a ledger of what was applied. */
export class Migrator {
  constructor(
    private readonly db: mongo.Db,
    private readonly folder = join(import.meta.dirname, '../../../../migrations'),
    private readonly report: (line: string) => void = () => undefined,
  ) {}

  /** Every migration in order, with when it was applied. */
  async status(): Promise<MigrationStatus[]> {
    const applied = new Map((await this.ledger().find().toArray()).map((entry) => [entry._id, entry]));
    return (await this.files()).map(({ id, description }) => ({
      id,
      description,
      appliedAt: applied.get(id)?.appliedAt ?? null,
    }));
  }

  /** Applies what is pending, oldest first. With `dryRun` it only says what it would do. Returns the ids. */
  async up({ dryRun = false } = {}): Promise<string[]> {
    return this.locked(dryRun, async () => {
      const pending = await this.select((appliedAt) => appliedAt === null);
      for (const file of pending) await this.apply(file, dryRun);
      return pending.map(({ id }) => id);
    });
  }

  /** Takes back the newest `steps` applied migrations. Returns their ids. */
  async down({ steps = 1, dryRun = false } = {}): Promise<string[]> {
    return this.locked(dryRun, async () => {
      const applied = (await this.select((appliedAt) => appliedAt !== null)).reverse().slice(0, steps);
      for (const file of applied) {
        this.report(`${dryRun ? 'would revert' : 'reverting'} ${file.id}: ${file.description}`);
        if (dryRun) continue;
        await file.down(this.db);
        await this.ledger().deleteOne({ _id: file.id });
      }
      return applied.map(({ id }) => id);
    });
  }

  /** @throws StartupError when the code expects migrations that this database has not seen */
  async assertCurrent(): Promise<void> {
    const pending = (await this.status()).filter(({ appliedAt }) => appliedAt === null);
    if (pending.length === 0) return;
    const names = pending.map(({ id }) => id).join(', ');
    throw new StartupError(`The database lacks migrations (${names}): run \`npm run migrate -- up\` first.`);
  }

  private async apply(file: MigrationFile, dryRun: boolean): Promise<void> {
    this.report(`${dryRun ? 'would apply' : 'applying'} ${file.id}: ${file.description}`);
    if (dryRun) return;
    const started = Date.now();
    await file.up(this.db);
    const entry = { description: file.description, appliedAt: new Date(), durationMs: Date.now() - started };
    await this.ledger().updateOne({ _id: file.id }, { $set: entry }, { upsert: true });
  }

  private async select(wanted: (appliedAt: Date | null) => boolean): Promise<MigrationFile[]> {
    const status = new Map((await this.status()).map(({ id, appliedAt }) => [id, appliedAt]));
    return (await this.files()).filter(({ id }) => wanted(status.get(id) ?? null));
  }

  private locked<T>(dryRun: boolean, work: () => Promise<T>): Promise<T> {
    return dryRun ? work() : withMigrationLock(this.db, work);
  }

  private async files(): Promise<MigrationFile[]> {
    const names = (await readdir(this.folder)).filter((name) => FILE.test(name)).sort();
    return Promise.all(
      names.map(async (name) => {
        const module = (await import(pathToFileURL(join(this.folder, name)).href)) as { default: Migration };
        return { ...module.default, id: name.replace(/\.(ts|js)$/, '') };
      }),
    );
  }

  private ledger(): mongo.Collection<LedgerEntry> {
    return this.db.collection<LedgerEntry>('migrations');
  }
}
