import type { mongo } from 'mongoose';

/** What a file in `migrations/` exports as default. Both ways must be safe to run twice. */
export interface Migration {
  /** One line on what it changes and why. */
  description: string;
  up(db: mongo.Db): Promise<void>;
  down(db: mongo.Db): Promise<void>;
}

export interface MigrationFile extends Migration {
  /** File name without its ending, e.g. `20261121090000-catalogue`. */
  id: string;
}
