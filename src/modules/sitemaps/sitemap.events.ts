import { defineEvent } from '../../platform/events/event-type.js';

export interface SitemapGeneratedData {
  id: string;
  products: number;
  urls: number;
  images: number;
  files: number;
  location: string;
}

const COUNT = { type: 'integer', minimum: 0 };

export const sitemapGenerated = defineEvent<SitemapGeneratedData>(
  'sitemap.generated',
  'A new version of the sitemap is what crawlers read now.',
  {
    ...{ id: { type: 'string' }, products: COUNT, urls: COUNT, images: COUNT, files: COUNT },
    location: { type: 'string', format: 'uri' },
  },
  {
    ...{ id: '6921b0d2a1f4b0a7c9e01234', products: 1_200, urls: 2_402, images: 3_100, files: 1 },
    location: 'https://entrepot.example/sitemaps/nordlys-apparel.myshopify.com/sitemap.xml',
  },
);
