import { Command } from 'commander';
import { readConfig, StartupError } from './config/config.js';
import { messageOf } from './kernel/errors.js';
import { openConnection, waitForDatabase } from './platform/database/connection.js';
import { Migrator } from './platform/database/migrations/migrator.js';
import { createLogger } from './platform/observability/logger.js';

const program = new Command('migrate').description('Bring the database to the state the code expects.');

program
  .command('up')
  .description('apply what is pending')
  .option('--dry-run', 'only say what would be done')
  .action((options: { dryRun?: boolean }) =>
    withMigrator(async (migrator) => {
      const applied = await migrator.up({ dryRun: options.dryRun ?? false });
      print(
        applied.length === 0
          ? 'nothing to do'
          : `${options.dryRun ? 'would apply' : 'applied'} ${applied.length}`,
      );
    }),
  );

program
  .command('down')
  .description('take back the newest migration')
  .option('--steps <n>', 'how many', '1')
  .option('--dry-run', 'only say what would be done')
  .action((options: { steps: string; dryRun?: boolean }) =>
    withMigrator(async (migrator) => {
      const reverted = await migrator.down({ steps: Number(options.steps), dryRun: options.dryRun ?? false });
      print(
        reverted.length === 0
          ? 'nothing to do'
          : `${options.dryRun ? 'would revert' : 'reverted'} ${reverted.length}`,
      );
    }),
  );

program
  .command('status')
  .description('list migrations and when each was applied')
  .action(() =>
    withMigrator(async (migrator) => {
      for (const { id, description, appliedAt } of await migrator.status()) {
        print(`${appliedAt ? appliedAt.toISOString() : 'pending'.padEnd(24)}  ${id}  ${description}`);
      }
    }),
  );

async function withMigrator(work: (migrator: Migrator) => Promise<void>): Promise<void> {
  const { database } = readConfig();
  await waitForDatabase(database.uri, createLogger('warn'));
  // the index of a million documents takes minutes
  const connection = await openConnection(database, { socketTimeoutMS: 0 });
  try {
    if (!connection.db) throw new StartupError('MONGODB_URI names no database.');
    await work(new Migrator(connection.db, undefined, print));
  } finally {
    await connection.close();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof StartupError ? '' : 'Migration failed: '}${messageOf(error)}\n`);
  process.exitCode = 1;
});
