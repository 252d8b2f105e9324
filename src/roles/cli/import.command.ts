import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { Presets, SingleBar } from 'cli-progress';
import { StartupError } from '../../config/config.js';
import { shopDomain } from '../../kernel/shop-domain.js';
import { ImportService, inspectProductCsv } from '../../modules/products/index.js';
import { print } from './context.js';

const MAX_PRINTED = 20;

/** Imports a file here and now, with a progress bar; the same as the upload, without a job. */
export async function importFile(
  app: INestApplicationContext,
  file: string,
  options: { shop: string },
): Promise<void> {
  const shop = shopDomain(options.shop);
  if (!shop) throw new StartupError(`"${options.shop}" is not a shop's domain (name.myshopify.com).`);
  const { size } = await stat(file).catch(() => {
    throw new StartupError(`There is no file "${file}".`);
  });
  const bar = new SingleBar(
    {
      format: 'importing {bar} {percentage} % · {value} of {total} bytes · {eta_formatted} left',
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  bar.start(size, 0);
  const source = createReadStream(file).pipe(inspectProductCsv(size));
  const result = await app
    .get(ImportService, { strict: false })
    .importFrom(shop, source, size, ({ done }) => {
      bar.update(done);
    })
    .finally(() => {
      bar.stop();
    });
  print(
    `created ${result.created}, updated ${result.updated}, unchanged ${result.unchanged}, rows refused ${result.failed}`,
  );
  for (const { line, handle, column, code, message } of result.errors.slice(0, MAX_PRINTED)) {
    print(
      `  line ${line}${handle ? ` (${handle})` : ''}${column ? `, ${column}` : ''}: ${message} [${code}]`,
    );
  }
  if (result.failed > MAX_PRINTED) print(`  … and ${result.failed - MAX_PRINTED} more`);
  if (result.failed > 0) process.exitCode = 2;
}
