import type { INestApplicationContext } from '@nestjs/common';
import { Command } from 'commander';
import { StartupError } from './config/config.js';
import { AppError, messageOf } from './kernel/errors.js';
import { createAccount, createAdmin, createKey, type AccountOptions } from './roles/cli/accounts.command.js';
import { withApplication } from './roles/cli/context.js';
import { rebuildAnalytics } from './roles/cli/analytics.command.js';
import { loadDemo } from './roles/cli/demo.command.js';
import { importFile } from './roles/cli/import.command.js';
import { playJourney } from './roles/cli/journey.command.js';
import { rotateSigningKeys } from './roles/cli/signing-keys.command.js';

const program = new Command('cli').description("Entrepot's operator commands.");

program
  .command('import <file>')
  .description("import Shopify's product CSV into a shop, with a progress bar")
  .requiredOption('--shop <domain>', 'name.myshopify.com')
  .action((file: string, options: { shop: string }) => run((app) => importFile(app, file, options)));

program
  .command('admin:create <email>')
  .description('create an operator, or set the password of one')
  .option('--password <text>', 'made and printed if absent')
  .action((email: string, options: { password?: string }) => run((app) => createAdmin(app, email, options)));

program
  .command('key:create')
  .description('make an API key of a shop and print it')
  .requiredOption('--shop <domain>', 'name.myshopify.com')
  .option('--name <text>', 'what the key is for', 'operator')
  .action((options: { shop: string; name: string }) => run((app) => createKey(app, options)));

program
  .command('account:create <email>')
  .description('create an account without a mail, or set the password of one')
  .option('--role <role>', 'merchant, client or carrier', 'merchant')
  .option('--shop <domain>', 'make it an owner of this shop')
  .option('--password <text>', 'made and printed if absent')
  .action((email: string, options: AccountOptions) => run((app) => createAccount(app, email, options)));

program
  .command('keys:rotate')
  .description('make a new signing key for access tokens; no restart is needed')
  .option('--now', 'sign with it at once and void every token of the old keys')
  .action((options: { now?: boolean }) => run((app) => rotateSigningKeys(app, options)));

program
  .command('demo:load')
  .description('load three demo shops; nothing changes where they are there')
  .option('--rotate', 'make a new admin password and API key')
  .action((options: { rotate?: boolean }) => run((app) => loadDemo(app, options)));

program
  .command('demo:journey')
  .description('tell what an order goes through, on the running quickstart, over HTTP')
  .action(playJourney);

program
  .command('analytics:rebuild')
  .description('sum up what was sold before the analytics were there, and repair what differs')
  .option('--days <number>', 'how many days back', '400')
  .action((options: { days: string }) => run((app) => rebuildAnalytics(app, options)));

async function run(work: (app: INestApplicationContext) => Promise<void>): Promise<void> {
  await withApplication(work);
}

program.parseAsync().catch((error: unknown) => {
  const expected = error instanceof StartupError || error instanceof AppError;
  process.stderr.write(`${expected ? '' : 'The command failed: '}${messageOf(error)}\n`);
  process.exit(1); // a connection that could not be closed must not keep the command
});
