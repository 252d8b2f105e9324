import type { ThemeName } from '../../local/demo/catalogue.ts';

/** A shop to be filled. */
export interface PlannedShop {
  readonly shop: string;
  readonly name: string;
  readonly theme: ThemeName;
  readonly seed: number;
  readonly products: number;
}

/** The shop that is in every population, the same in each: number 0. */
export const SUBJECT_PRODUCTS = 1_000;
const SMALLEST = 60;
const THEMES: readonly ThemeName[] = ['apparel', 'home', 'jewellery'];

/**
 * Shops of mixed sizes, a few large and many small (share of shop n ∝ 1/(n + 8)): the subject and `shops` − 1 others
 * that together have `products`.
 */
export function population(shops: number, products: number): PlannedShop[] {
  const others = shops - 1;
  const weights = Array.from({ length: others }, (_, n) => 1 / (n + 8));
  const spread = products - SUBJECT_PRODUCTS - others * SMALLEST;
  const unit = spread / weights.reduce((sum, weight) => sum + weight, 0);
  const sizes = weights.map((weight) => SMALLEST + Math.floor(weight * unit));
  const given = sizes.reduce((sum, size) => sum + size, 0);
  return [SUBJECT_PRODUCTS, ...sizes].map((size, n) =>
    planned(n, n === 1 ? size + products - SUBJECT_PRODUCTS - given : size),
  );
}

/** One shop of any size. */
export function planned(n: number, products: number): PlannedShop {
  const theme = THEMES[n % THEMES.length] ?? 'apparel';
  return {
    shop: `bench-${theme}-${n}.myshopify.com`,
    name: `Bench ${theme} ${n}`,
    theme,
    seed: 1000 + n,
    products,
  };
}
