/** Sentences that fit a family of products. */
export interface Texts {
  details: readonly string[];
  care: readonly string[];
}

/** One kind of thing a shop sells. Prices in major units, low to high. */
export interface Kind {
  texts: Texts;
  noun: string;
  type: string;
  category: string;
  materials: readonly string[];
  price: readonly [number, number];
  grams: number;
  option: { name: string; values: readonly string[] };
  tags: readonly string[];
}

export interface Theme {
  /** First segment of the image addresses. */
  path: string;
  skuPrefix: string;
  vendors: readonly string[];
  /** Names of lines: they make each title its own. */
  lines: readonly string[];
  openings: readonly string[];
  kinds: readonly Kind[];
}

/** `materials` and `tags`: separated by commas. */
export const kind = (
  texts: Texts,
  noun: string,
  type: string,
  category: string,
  materials: string,
  price: readonly [number, number],
  grams: number,
  option: Kind['option'],
  tags: string,
): Kind => ({
  texts,
  noun,
  type,
  category,
  materials: materials.split(', '),
  price,
  grams,
  option,
  tags: tags.split(', '),
});
