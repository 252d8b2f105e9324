export { SitemapsModule } from './sitemaps.module.js';
export { SitemapsService } from './sitemaps.service.js';
