import { Readable } from 'node:stream';
import type { ProductDraft } from '../../product.js';
import { completeDraft, sameDraft } from './merge.js';
import { readProducts } from './reader.js';

async function join(text: string, existing?: ProductDraft): Promise<ProductDraft> {
  for await (const event of readProducts(Readable.from([Buffer.from(text)]), { currency: 'EUR' })) {
    if (event.kind === 'product') return completeDraft(event.product, existing);
  }
  throw new Error('no product');
}

const FULL =
  'Handle,Title,Vendor,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Image Alt Text,Cost per item,Care,Status\n' +
  'a,A,V,"x, y",Size,S,s1,10,https://x.test/1.jpg,one,4,wool,draft\n' +
  'a,,,,,M,s2,11,https://x.test/2.jpg,two,5,,\n' +
  'a,,,,,,,,https://x.test/3.jpg,three,,on image,\n';

describe('completeDraft', () => {
  it("gives a new product Shopify's defaults", async () => {
    expect(await join('Handle,Title\na,A\n')).toEqual({
      handle: 'a',
      title: 'A',
      descriptionHtml: '',
      vendor: '',
      productType: '',
      productCategory: '',
      tags: [],
      status: 'active',
      published: true,
      giftCard: false,
      options: [{ name: 'Title' }],
      variants: [
        expect.objectContaining({ optionValues: ['Default Title'], price: 0, inventoryPolicy: 'deny' }),
      ],
      images: [],
      seo: { title: '', description: '' },
      extra: [],
    });
  });

  it('changes nothing when the same file comes again', async () => {
    const stored = await join(FULL);
    expect(sameDraft(await join(FULL, stored), stored)).toBe(true);
    expect(await join(FULL, stored)).toEqual(stored);
  });

  it('keeps what a file with fewer columns does not speak of', async () => {
    const stored = await join(FULL);
    const titled = await join('Handle,Title\na,New title\n', stored);
    expect(titled).toEqual({ ...stored, title: 'New title' });
    const priced = await join(
      'Handle,Option1 Name,Option1 Value,Variant Price\na,Size,S,12\na,,M,13\n',
      stored,
    );
    expect(priced).toEqual({
      ...stored,
      variants: stored.variants.map((v, at) => ({ ...v, price: 1200 + at * 100 })),
    });
    const pictured = await join('Handle,Image Src\na,https://x.test/3.jpg\n', stored);
    expect(pictured.images).toEqual([stored.images[2]]);
    const cost = await join('Handle,Option1 Name,Option1 Value,Cost per item\na,Size,S,9\na,,M,\n', stored);
    expect(cost.variants.map(({ extra }) => extra)).toEqual([[{ column: 'Cost per item', value: '9' }], []]);
    expect(cost.extra).toEqual([{ column: 'Care', value: 'wool' }]);
  });

  it('empties what a blank cell can empty, and keeps what cannot be blank', async () => {
    const stored = await join(FULL);
    const blank = await join(
      'Handle,Vendor,Tags,Status,Option1 Name,Option1 Value,Variant Price\na,,,,Size,S,\n',
      stored,
    );
    expect(blank).toMatchObject({
      vendor: '',
      tags: [],
      status: 'draft',
      variants: [{ optionValues: ['S'], price: 1000 }],
    });
    expect(blank.variants).toHaveLength(1);
  });

  it('makes the image of a variant an image of the product', async () => {
    const stored = await join(FULL);
    const file =
      'Handle,Option1 Name,Option1 Value,Variant Image\na,Size,S,https://x.test/9.jpg\na,,M,https://x.test/1.jpg\n';
    const joined = await join(file, stored);
    expect(joined.images.map(({ src }) => src.slice(15))).toEqual(['1.jpg', '2.jpg', '3.jpg', '9.jpg']);
    const without = await join('Handle,Image Src\na,https://x.test/1.jpg\n', joined);
    expect(without.variants.map(({ imageSrc }) => imageSrc)).toEqual([null, 'https://x.test/1.jpg']);
  });

  it('refuses what it cannot place', async () => {
    await expect(join('Handle,Vendor\na,V\n')).rejects.toMatchObject({ code: 'missing_title' });
    const stored = await join(FULL);
    await expect(join('Handle,Variant Price\na,5\n', stored)).rejects.toMatchObject({
      code: 'option_columns_needed',
    });
    const single = await join('Handle,Title,Variant Price\na,A,5\n');
    expect((await join('Handle,Variant Price\na,6\n', single)).variants).toMatchObject([{ price: 600 }]);
  });

  it('compares extras without order or case of their columns', async () => {
    const stored = await join(FULL);
    const [first] = stored.extra;
    expect(sameDraft({ ...stored, extra: [{ ...first!, column: 'CARE' }] }, stored)).toBe(true);
    expect(sameDraft({ ...stored, extra: [{ ...first!, value: 'silk' }] }, stored)).toBe(false);
  });
});
