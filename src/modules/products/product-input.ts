import { AppError, invalidField } from '../../kernel/errors.js';
import type { ImageDraft, ProductDraft, VariantDraft } from './product.js';

/** What a caller may write: whatever is absent stays as it is, or is a default in what is new. */
export type ProductInput = Partial<Omit<ProductDraft, 'variants' | 'images' | 'seo'>> & {
  variants?: (Partial<VariantDraft> & Pick<VariantDraft, 'price'>)[];
  images?: (Partial<ImageDraft> & Pick<ImageDraft, 'src'>)[];
  seo?: Partial<ProductDraft['seo']>;
};

const NEW_VARIANT: Omit<VariantDraft, 'price'> = {
  optionValues: ['Default Title'],
  sku: '',
  barcode: '',
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

/**
 * The draft after the input. A variant that stood there (same option values) keeps what the input leaves out.
 * @throws AppError `validation_failed` when the parts do not fit each other
 */
export function mergeInput(input: ProductInput, base: ProductDraft): ProductDraft {
  const { variants, images, seo, ...fields } = defined(input);
  const known = new Map(base.variants.map((variant) => [keyOf(variant.optionValues), variant]));
  const draft: ProductDraft = {
    ...base,
    ...fields,
    seo: { ...base.seo, ...defined(seo ?? {}) },
    ...(images ? { images: images.map((image) => ({ altText: '', ...defined(image) })) } : {}),
    ...(variants
      ? {
          variants: variants.map((variant) => {
            const given = defined(variant);
            const optionValues = given.optionValues ?? NEW_VARIANT.optionValues;
            return { ...NEW_VARIANT, ...known.get(keyOf(optionValues)), ...given, optionValues };
          }),
        }
      : {}),
  };
  assertConsistent(draft);
  return draft;
}

/** Variants have one value per option and differ in them; their images are the product's. */
function assertConsistent({ options, variants, images }: ProductDraft): void {
  if (variants.length === 0) throw invalid('variants', 'a product has at least one variant');
  const seen = new Set<string>();
  const addresses = new Set(images.map(({ src }) => src));
  if (addresses.size !== images.length) throw invalid('images', 'an image stands twice');
  if (new Set(options.map(({ name }) => name.toLowerCase())).size !== options.length) {
    throw invalid('options', 'an option stands twice');
  }
  variants.forEach(({ optionValues, imageSrc }, at) => {
    const field = `variants.${at}`;
    if (optionValues.length !== options.length) {
      throw invalid(
        `${field}.optionValues`,
        `has ${optionValues.length} values for ${options.length} options`,
      );
    }
    if (optionValues.some((value) => value === ''))
      throw invalid(`${field}.optionValues`, 'has an empty value');
    const key = keyOf(optionValues);
    if (seen.has(key)) throw invalid(`${field}.optionValues`, 'stands twice');
    seen.add(key);
    if (imageSrc !== null && !addresses.has(imageSrc)) {
      throw invalid(`${field}.imageSrc`, 'is the address of none of the images');
    }
  });
}

function invalid(field: string, message: string): AppError {
  return invalidField(field, 'inconsistent', message);
}

function keyOf(optionValues: string[]): string {
  return JSON.stringify(optionValues);
}

function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
