export { ProductsModule } from './products.module.js';
export { ImportService } from './import/import.service.js';
export { ProductsService } from './products.service.js';
export type { CatalogueVariant } from './catalogue-variant.js';
export { inspectProductCsv } from './import/csv/inspect.js';
