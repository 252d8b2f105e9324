import {
  parseBoolean,
  parseGrams,
  parseImageUrl,
  parsePolicy,
  parsePrice,
  parseQuantity,
  parseStatus,
  parseTags,
  parseWeightUnit,
} from './cells.js';
import type { Field } from './columns.js';
import type { CsvOption, CsvProduct, CsvVariant } from './csv-product.js';
import { defined } from './defined.js';
import type { Header } from './header.js';
import { ImageRows } from './image-rows.js';
import { MAX_IMAGES, MAX_OPTIONS, MAX_VARIANTS } from './limits.js';
import { type Report, Row } from './row.js';

type OptionColumn = 'Name' | 'Value' | 'LinkedTo';
const optionField = (at: number, column: OptionColumn): Field => `option${(at + 1) as 1 | 2 | 3}${column}`;
const OPTION_INDEXES = Array.from({ length: MAX_OPTIONS }, (_, at) => at);
/** Shopify's name and value of the option of a product without options. */
export const DEFAULT_OPTION = 'Title';
export const DEFAULT_OPTION_VALUE = 'Default Title';

const VARIANT_FIELDS: readonly Field[] = [
  'sku', 'barcode', 'price', 'compareAtPrice', 'inventoryTracker', 'inventoryQuantity', 'inventoryPolicy',
  'fulfillmentService', 'grams', 'weightUnit', 'requiresShipping', 'taxable', 'taxCode', 'variantImage',
]; // prettier-ignore

/** Turns the rows of one handle, in file order, into a product; what is wrong goes to `report`. */
export class ProductRows {
  private first: Row | undefined;
  private product: CsvProduct | undefined;
  private options: CsvOption[] = [];
  private readonly variants: CsvVariant[] = [];
  private readonly variantKeys = new Map<string, number>();
  private readonly images: ImageRows;
  private readonly hasOptions: boolean;
  private readonly hasVariants: boolean;
  private rows = 0;

  constructor(
    private readonly handle: string,
    private readonly header: Header,
    private readonly currency: string,
    private readonly report: Report,
  ) {
    const has = (field: Field): boolean => header.index.has(field);
    this.hasOptions = OPTION_INDEXES.some(
      (at) => has(optionField(at, 'Name')) || has(optionField(at, 'Value')),
    );
    this.hasVariants = this.hasOptions || VARIANT_FIELDS.some(has);
    this.images = new ImageRows(report);
  }

  add(line: number, cells: readonly string[]): void {
    this.rows += 1;
    if (this.rows > MAX_VARIANTS + MAX_IMAGES) {
      if (this.rows === MAX_VARIANTS + MAX_IMAGES + 1 && this.variants.length <= MAX_VARIANTS)
        this.tooMany(line);
      return;
    }
    const row = new Row(line, cells, this.header, this.report);
    row.checkUnnamed();
    if (this.first === undefined) this.addFirst(row);
    else this.addLater(row, this.first);
  }

  /** The product, complete as the file tells it. Meaningless once something was reported. */
  finish(): CsvProduct | undefined {
    if (this.product === undefined) return undefined;
    const hasImages = this.header.index.has('imageSrc');
    if (this.hasVariants) this.product.variants = this.variants;
    if (this.hasOptions) this.product.options = this.options;
    if (hasImages) this.product.images = this.images.inOrder(this.variants, this.first?.line ?? 0);
    return this.product;
  }

  private addFirst(row: Row): void {
    this.first = row;
    if (row.cell('title')?.trim() === '')
      row.fail('title', 'missing_title', "a product's first row needs a title");
    this.product = {
      handle: this.handle,
      ...defined({
        title: row.text('title'),
        descriptionHtml: row.text('descriptionHtml'),
        vendor: row.text('vendor'),
        productType: row.text('productType'),
        productCategory: row.text('productCategory'),
        tags: row.cell('tags') === undefined ? undefined : (row.value('tags', parseTags) ?? []),
        status: row.value('status', parseStatus),
        published: row.value('published', parseBoolean),
        giftCard: row.value('giftCard', parseBoolean),
      }),
      seo: defined({ title: row.text('seoTitle'), description: row.text('seoDescription') }),
      extra: row.extras('product'),
      extraKeys: this.header.extraKeys,
    };
    this.options = this.readOptions(row);
    if (this.hasVariants) this.addVariant(row, row.extras('variant'));
    else this.product.extra.push(...row.extras('variant'));
    this.images.add(row, []);
  }

  private addLater(row: Row, first: Row): void {
    const extra = [...row.extras(), ...row.strays(first)];
    if (row.speaksOf('variant')) {
      this.addVariant(row, extra);
      this.images.add(row, []);
    } else if (row.speaksOf('image')) {
      this.images.add(row, extra);
    } else if (extra.length > 0) {
      this.report(row.line, 'empty_row', 'the row has neither a variant nor an image to hold its values');
    }
  }

  private readOptions(row: Row): CsvOption[] {
    const options: CsvOption[] = [];
    for (const at of OPTION_INDEXES) {
      const name = row.text(optionField(at, 'Name')) ?? '';
      const value = row.cell(optionField(at, 'Value')) ?? '';
      if (name.trim() === '') {
        if (value.trim() !== '' && !(at === 0 && value === DEFAULT_OPTION_VALUE)) {
          row.fail(optionField(at, 'Name'), 'missing_option_name', 'the option has a value but no name');
        }
        continue;
      }
      if (options.length < at)
        row.fail(optionField(at, 'Name'), 'missing_option_name', 'the option before has no name');
      if (options.some((option) => option.name.toLowerCase() === name.toLowerCase())) {
        row.fail(optionField(at, 'Name'), 'duplicate_option_name', `two options are named "${name}"`);
      }
      options.push({ name, ...defined({ linkedTo: row.text(optionField(at, 'LinkedTo'))?.trim() }) });
    }
    return options.length > 0 ? options : [{ name: DEFAULT_OPTION }];
  }

  private addVariant(row: Row, extra: CsvVariant['extra']): void {
    const optionValues = this.optionValues(row);
    const key = JSON.stringify(optionValues);
    const twin = this.variantKeys.get(key);
    if (twin !== undefined && optionValues.every((value) => value !== '')) {
      const message = `the variant ${optionValues.join(' / ')} stands in line ${twin} already`;
      row.fail('option1Value', 'duplicate_variant', message);
    }
    this.variantKeys.set(key, twin ?? row.line);
    if (this.variants.length === MAX_VARIANTS) {
      this.report(row.line, 'too_many_variants', `more than ${MAX_VARIANTS} variants`);
    }
    this.variants.push({ optionValues, ...this.variantFields(row), extra });
  }

  private optionValues(row: Row): string[] {
    const isDefault =
      this.variants.length === 0 && this.options[0]?.name === DEFAULT_OPTION && this.options.length === 1;
    return this.options.map((option, at) => {
      const value = row.text(optionField(at, 'Value')) ?? '';
      if (value.trim() !== '') return value;
      if (isDefault) return DEFAULT_OPTION_VALUE;
      row.fail(
        optionField(at, 'Value'),
        'missing_option_value',
        `the variant has no value for "${option.name}"`,
      );
      return '';
    });
  }

  private variantFields(row: Row): Partial<CsvVariant> {
    const blankIsNull = (field: Field, parse: (text: string) => ReturnType<typeof parsePrice>) =>
      row.cell(field) === undefined ? undefined : (row.value(field, parse) ?? null);
    const price = (text: string) => parsePrice(text, this.currency);
    return defined({
      sku: row.text('sku'),
      barcode: row.text('barcode'),
      price: row.value('price', price),
      compareAtPrice: blankIsNull('compareAtPrice', price),
      inventoryTracker: row.text('inventoryTracker'),
      inventoryQuantity: row.value('inventoryQuantity', parseQuantity),
      inventoryPolicy: row.value('inventoryPolicy', parsePolicy),
      fulfillmentService: row.text('fulfillmentService') || undefined,
      grams: row.value('grams', parseGrams),
      weightUnit: row.value('weightUnit', parseWeightUnit),
      requiresShipping: row.value('requiresShipping', parseBoolean),
      taxable: row.value('taxable', parseBoolean),
      taxCode: row.text('taxCode'),
      imageSrc:
        row.cell('variantImage') === undefined
          ? undefined
          : (row.value('variantImage', parseImageUrl) ?? null),
    });
  }

  private tooMany(line: number): void {
    this.report(line, 'too_many_variants', `more than ${MAX_VARIANTS} variants and ${MAX_IMAGES} images`);
  }
}
