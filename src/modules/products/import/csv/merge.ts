import type { ExtraColumn, ImageDraft, ProductDraft, ProductOption, VariantDraft } from '../../product.js';
import { headerKey } from '../../../../platform/csv/header.js';
import type { CsvProduct, CsvVariant } from './csv-product.js';
import { MergeError } from './errors.js';
import { DEFAULT_OPTION, DEFAULT_OPTION_VALUE } from './product-rows.js';

const NEW_VARIANT: VariantDraft = {
  optionValues: [DEFAULT_OPTION_VALUE],
  sku: '',
  barcode: '',
  price: 0,
  compareAtPrice: null,
  inventoryTracker: '',
  inventoryQuantity: 0,
  inventoryPolicy: 'deny',
  fulfillmentService: 'manual',
  grams: 0,
  weightUnit: 'kg',
  requiresShipping: true,
  taxable: true,
  taxCode: '',
  imageSrc: null,
  extra: [],
};

const variantKey = (variant: { optionValues: readonly string[] }): string =>
  JSON.stringify(variant.optionValues);

/**
 * A whole product from what a file tells: what it does not speak of comes from the stored product (variants matched
 * by option values, images by address, extras by column), else from Shopify's defaults (active, published, price 0,
 * stock 0 untracked, deny). The file's variants and images replace the stored ones where it has such columns.
 * @throws MergeError `missing_title` for a new product from a file without titles, `option_columns_needed` when a
 * file without option columns speaks of the variants of a product that has several
 */
export function completeDraft(csv: CsvProduct, existing?: ProductDraft): ProductDraft {
  const title = csv.title ?? existing?.title;
  if (title === undefined) throw new MergeError('missing_title', 'a new product needs a title');
  const { options, variants } = completeVariants(csv, existing);
  const images = completeImages(csv, variants, existing);
  const shown = new Set(images.map((image) => image.src));
  return {
    handle: csv.handle,
    title,
    descriptionHtml: csv.descriptionHtml ?? existing?.descriptionHtml ?? '',
    vendor: csv.vendor ?? existing?.vendor ?? '',
    productType: csv.productType ?? existing?.productType ?? '',
    productCategory: csv.productCategory ?? existing?.productCategory ?? '',
    tags: csv.tags ?? existing?.tags ?? [],
    status: csv.status ?? existing?.status ?? 'active',
    published: csv.published ?? existing?.published ?? true,
    giftCard: csv.giftCard ?? existing?.giftCard ?? false,
    options,
    variants: variants.map((variant) =>
      variant.imageSrc === null || shown.has(variant.imageSrc) ? variant : { ...variant, imageSrc: null },
    ),
    images,
    seo: {
      title: csv.seo.title ?? existing?.seo.title ?? '',
      description: csv.seo.description ?? existing?.seo.description ?? '',
    },
    extra: joinExtra(csv, csv.extra, existing?.extra),
  };
}

function completeVariants(
  csv: CsvProduct,
  existing?: ProductDraft,
): Pick<ProductDraft, 'options' | 'variants'> {
  const stored = existing ?? { options: [{ name: DEFAULT_OPTION }], variants: [NEW_VARIANT] };
  if (csv.variants === undefined) return { options: stored.options, variants: stored.variants };
  if (csv.options === undefined) {
    const [only, ...more] = stored.variants;
    if (more.length > 0) {
      const message =
        'the product has several variants: "Option1 Name" and "Option1 Value" must say which is meant';
      throw new MergeError('option_columns_needed', message);
    }
    const variants = csv.variants.map((variant) => completeVariant(csv, variant, only));
    const optionValues = only?.optionValues ?? NEW_VARIANT.optionValues;
    return { options: stored.options, variants: variants.map((variant) => ({ ...variant, optionValues })) };
  }
  const byValues = new Map(existing?.variants.map((variant) => [variantKey(variant), variant]));
  const options = csv.options.map(({ name, linkedTo }): ProductOption => {
    const link = linkedTo ?? existing?.options.find((option) => option.name === name)?.linkedTo ?? '';
    return link === '' ? { name } : { name, linkedTo: link };
  });
  return {
    options,
    variants: csv.variants.map((variant) => completeVariant(csv, variant, byValues.get(variantKey(variant)))),
  };
}

function completeVariant(csv: CsvProduct, variant: CsvVariant, stored?: VariantDraft): VariantDraft {
  return { ...NEW_VARIANT, ...stored, ...variant, extra: joinExtra(csv, variant.extra, stored?.extra) };
}

function completeImages(
  csv: CsvProduct,
  variants: readonly VariantDraft[],
  existing?: ProductDraft,
): ImageDraft[] {
  const stored = new Map(existing?.images.map((image) => [image.src, image]));
  const images = new Map<string, ImageDraft>();
  for (const { src, altText, extra } of csv.images ?? []) {
    const known = stored.get(src);
    const joined = joinExtra(csv, extra, known?.extra);
    const image = { src, altText: altText ?? known?.altText ?? '' };
    images.set(src, joined.length === 0 ? image : { ...image, extra: joined });
  }
  if (csv.images === undefined) for (const image of existing?.images ?? []) images.set(image.src, image);
  // Only what the file itself names for a variant becomes an image; a stored name of a removed image does not.
  const named = csv.images === undefined && csv.variants?.some((variant) => variant.imageSrc !== undefined);
  for (const { imageSrc } of named ? variants : []) {
    if (imageSrc !== null && !images.has(imageSrc)) images.set(imageSrc, { src: imageSrc, altText: '' });
  }
  return [...images.values()];
}

/** The file's extras, and the stored ones in columns the file does not have. */
function joinExtra(csv: CsvProduct, told: ExtraColumn[], stored: ExtraColumn[] = []): ExtraColumn[] {
  const toldKeys = new Set(told.map((one) => headerKey(one.column)));
  const kept = stored.filter(
    ({ column }) => !csv.extraKeys.has(headerKey(column)) && !toldKeys.has(headerKey(column)),
  );
  return [...told, ...kept];
}

/**
 * Whether two drafts are the same product, so that importing a file twice changes nothing. Order counts for tags,
 * options, variants and images; not for extras, whose columns are compared without case.
 */
export const sameDraft = (a: ProductDraft, b: ProductDraft): boolean => canonical(a) === canonical(b);

function canonical(draft: ProductDraft): string {
  return JSON.stringify([
    ...[
      draft.handle,
      draft.title,
      draft.descriptionHtml,
      draft.vendor,
      draft.productType,
      draft.productCategory,
    ],
    ...[draft.tags, draft.status, draft.published, draft.giftCard, draft.seo.title, draft.seo.description],
    draft.options.map(({ name, linkedTo }) => [name, linkedTo ?? '']),
    draft.variants.map((v) => [
      ...[
        v.optionValues,
        v.sku,
        v.barcode,
        v.price,
        v.compareAtPrice,
        v.inventoryTracker,
        v.inventoryQuantity,
      ],
      ...[
        v.inventoryPolicy,
        v.fulfillmentService,
        v.grams,
        v.weightUnit,
        v.requiresShipping,
        v.taxable,
        v.taxCode,
      ],
      ...[v.imageSrc, canonicalExtra(v.extra)],
    ]),
    draft.images.map(({ src, altText, extra }) => [src, altText, canonicalExtra(extra)]),
    canonicalExtra(draft.extra),
  ]);
}

const canonicalExtra = (extra: ExtraColumn[] = []): [string, string][] =>
  extra
    .map(({ column, value }): [string, string] => [headerKey(column), value])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
